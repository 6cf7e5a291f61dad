import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';

import type { Kubernetes } from '../kubernetes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Kubernetes as the caller sees it. @throws ProblemError without credentials */
    kubernetes(): Kubernetes;
  }
}

/** Where routes are added; what a handler gets has the types of the route's schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
