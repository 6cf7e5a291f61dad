import type { Client } from 'cdk8s-reconciler/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Kubernetes } from './kubernetes.js';
import { ProblemError } from './problem.js';

/** Clients of the API server. */
export interface AccessOptions {
  /** Carries no credentials of its own: for callers that bring a token. */
  readonly client: Client;
  /** With the credentials of a kubeconfig, for callers that bring none. Only ever on loopback. */
  readonly ownClient?: Client;
}

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/** Decides which rights a request has: the caller's own, by its bearer token. */
export function access(app: FastifyInstance, { client, ownClient }: AccessOptions): void {
  app.decorateRequest('kubernetes', function (this: FastifyRequest) {
    const token = bearerToken(this.headers.authorization);
    if (token) return new Kubernetes(client, token);
    if (ownClient) return new Kubernetes(ownClient);
    throw new ProblemError(401, 'send a token that the Kubernetes API server accepts, as Authorization: Bearer TOKEN');
  });
  app.addHook('onRequest', async (request) => {
    refuseOtherSites(request);
    // A name that some site points at 127.0.0.1 makes its page "same origin", but stays in Host (DNS rebinding).
    if (ownClient && !loopbackHosts.includes(hostname(request.headers.host ?? '')))
      throw new ProblemError(
        403,
        'this server acts with your kubeconfig, so it answers to localhost and 127.0.0.1 only',
      );
  });
}

/** The token that a header brings; undefined where there is none. */
function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header) ?? [];
  if (!token) throw new ProblemError(401, 'Authorization is not of the form: Bearer TOKEN');
  return token;
}

/** Browsers say where a write comes from; whatever else writes does not. */
function refuseOtherSites({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const { origin, host = '' } = headers;
  const site = headers['sec-fetch-site'];
  if (
    (origin !== undefined && hostOf(origin) !== host) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none')
  )
    throw new ProblemError(403, 'requests from pages of other origins are refused');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, '');
}
