import { createHash } from 'node:crypto';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { ApiError, ConnectionError } from 'cdk8s-reconciler/client';
import fastify, { type FastifyError, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import { type AccessOptions, access } from './access.js';
import { validatorCompiler } from './bodies.js';
import { type Console, consolePages } from './console-pages.js';
import type { Images } from './images.js';
import { instance } from './instance.js';
import { followKeyPair, readKeyPair, type Secured } from './key-pair.js';
import { type Login, login } from './login.js';
import { openApi } from './open-api.js';
import { fieldErrorOf, fromKubernetes, ProblemError, problem, problemOf } from './problem.js';
import { actions } from './routes/actions.js';
import { instances } from './routes/instances.js';
import { lists } from './routes/lists.js';
import { versions } from './routes/versions.js';
import { views } from './routes/views.js';
import { watch } from './routes/watch.js';

export interface ServerOptions extends AccessOptions {
  readonly images: Images;
  /** Namespaces that a caller's instances are looked for in who may not list all. @default those that the caller may list */
  readonly namespaces?: readonly string[];
  /** Requests a minute and caller. */
  readonly rateLimit: number;
  /** @default no page */
  readonly console?: Console;
  /** Folder with `tls.crt` and `tls.key`, looked at again from time to time. @default HTTP, for loopback and behind an Ingress */
  readonly tlsDirectory?: string;
  /** @default people bring a token */
  readonly login?: Login;
  readonly logger: FastifyServerOptions['logger'];
}

const bodyLimit = 1 << 20;

/** The management service, not listening yet. */
export async function createServer(options: ServerOptions) {
  const { tlsDirectory, logger } = options;
  const tls = tlsDirectory === undefined ? undefined : await readKeyPair(tlsDirectory);
  // Types differ by TLS only; nothing here depends on it.
  const app = fastify({
    ...((tls ? { https: tls } : {}) as object),
    logger,
    bodyLimit,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    exposeHeadRoutes: false,
  }).withTypeProvider<TypeBoxTypeProvider>();

  if (tls && tlsDirectory) {
    const end = followKeyPair(app.server as unknown as Secured, tlsDirectory, tls, app.log);
    app.addHook('onClose', async () => end());
  }
  app.setValidatorCompiler(validatorCompiler);
  // Answers are what Kubernetes says: a serializer made of a schema would drop the fields that it does not know.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const failure = failureOf(error);
    if (failure.status === 500) request.log.error({ err: error }, 'failed');
    if (failure.status === 401) reply.header('www-authenticate', 'Bearer');
    if (failure.retryAfter) reply.header('retry-after', failure.retryAfter);
    return reply.code(failure.status).type('application/problem+json').send(problemOf(failure));
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new ProblemError(404, `${method} ${url.split('?')[0]}: there is no such path; see /api/v1/openapi.json`);
  });
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser(
    'application/merge-patch+json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
  app.addSchema(problem);
  app.addSchema(instance);

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", ...(options.login ? [new URL(options.login.issuer).origin] : [])],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whoever serves it by TLS decides for the whole host.
    strictTransportSecurity: tls !== undefined,
  });
  await app.register(rateLimit, {
    max: options.rateLimit,
    timeWindow: '1 minute',
    keyGenerator: callerOf,
    cache: 10_000,
  });
  access(app, options);
  await openApi(app);
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  consolePages(app, options.console);
  login(app, options.login);
  await app.register(
    async (api) => {
      lists(api, options);
      instances(api, options);
      actions(api);
      views(api);
      versions(api, options);
      watch(api, options);
    },
    { prefix: '/api/v1' },
  );
  return app;
}

/** Whom requests count for: the token's owner, or the address where there is none. */
function callerOf({ headers, ip }: FastifyRequest): string {
  const { authorization } = headers;
  return authorization ? createHash('sha256').update(authorization).digest('base64') : ip;
}

function failureOf(error: FastifyError | ProblemError): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ApiError || error instanceof ConnectionError) return fromKubernetes(error);
  const { statusCode = 500, validation, validationContext } = error;
  if (validation) {
    const errors = validation.map(({ instancePath, message = '' }) => fieldErrorOf(fieldOf(instancePath), message));
    const [first] = validation;
    const where = validationContext === 'body' ? '' : `${validationContext} `;
    return new ProblemError(
      validationContext === 'body' ? 422 : 400,
      `${where}${fieldOf(first?.instancePath ?? '')}: ${first?.message}`,
      validationContext === 'body' ? errors : undefined,
    );
  }
  if (statusCode >= 500) return new ProblemError(500, 'this service failed; its log says more');
  return new ProblemError(statusCode, error.message);
}

function fieldOf(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.');
}
