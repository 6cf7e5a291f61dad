import { createHash } from 'node:crypto';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { ApiError, ConnectionError } from 'cdk8s-reconciler/client';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
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
import type { Api } from './routes/api.js';
import { instances } from './routes/instances.js';
import { lists } from './routes/lists.js';
import { versions } from './routes/versions.js';
import { views } from './routes/views.js';
import { watch } from './routes/watch.js';

/** What the service serves, and to which callers. */
export interface ServerOptions extends AccessOptions {
  readonly images: Images;
  /**
   * Namespaces to look in for the instances of callers who may not list all.
   *
   * @default those that the caller may list
   */
  readonly namespaces?: readonly string[];
  /** Requests a minute and caller. */
  readonly rateLimit: number;
  /** @default no page */
  readonly console?: Console;
  /**
   * Folder with `tls.crt` and `tls.key`, looked at again from time to time.
   *
   * @default HTTP, for loopback and behind an Ingress
   */
  readonly tlsDirectory?: string;
  /** @default people bring a token */
  readonly login?: Login;
  readonly logger: FastifyServerOptions['logger'];
}

const bodyLimit = 1 << 20;

/** The management service, not listening yet. */
export async function createServer(options: ServerOptions) {
  const { tlsDirectory, logger, images, namespaces } = options;
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
  takeJson(app);
  answerProblems(app);
  app.addSchema(problem);
  app.addSchema(instance);
  await protect(app, options);
  access(app, options);
  await openApi(app);
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  consolePages(app, options.console);
  login(app, options.login);
  const routes = async (api: Api) => {
    lists(api, namespaces);
    instances(api, images);
    actions(api);
    views(api);
    versions(api, images);
    watch(api, namespaces);
  };
  await app.register(routes, { prefix: '/api/v1' });
  return app;
}

function takeJson(app: FastifyInstance): void {
  app.setValidatorCompiler(validatorCompiler);
  // Answers are what Kubernetes says: a serializer made of a schema would drop the fields that it does not know.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.removeContentTypeParser('text/plain');
  const parser = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, parser);
}

function answerProblems(app: FastifyInstance): void {
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
}

/** Security headers of every answer, and a limit of requests for each caller. */
async function protect(app: FastifyInstance, { login, tlsDirectory, rateLimit: max }: ServerOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", ...(login ? [new URL(login.issuer).origin] : [])],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Behind an Ingress, the Ingress decides for the whole host.
    strictTransportSecurity: tlsDirectory !== undefined,
  });
  await app.register(rateLimit, { max, timeWindow: '1 minute', keyGenerator: callerOf, cache: 10_000 });
}

/** The key that requests are counted by: the token, or the address without one. */
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
