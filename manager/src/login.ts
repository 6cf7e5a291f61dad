import type { FastifyInstance } from 'fastify';

/** An OpenID Connect issuer; the Kubernetes API server accepts its ID tokens. The page alone speaks to it. */
export interface Login {
  /** Exactly as the issuer calls itself; https. */
  readonly issuer: string;
  /** Of a public client: there is no secret. */
  readonly clientId: string;
  /** Separated by spaces. */
  readonly scopes: string;
}

/** Where people log in, for the page; nothing where they bring a token. */
export function login(app: FastifyInstance, options: Login | undefined): void {
  app.get('/login.json', { schema: { hide: true } }, async (_, reply) => {
    reply.header('cache-control', 'no-cache');
    return options ?? {};
  });
}
