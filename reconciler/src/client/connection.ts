import type { SecureContextOptions } from 'node:tls';

/** Credentials for the API server, at this moment. */
export interface Credentials {
  /** Bearer token. */
  readonly token?: string;
  /**
   * Of every request for which the token above or none is used: a login by name, or the user to act as. @default none
   */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly tls: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>;
}

/** Where the API server is and how to get in. */
export interface Connection {
  /** Such as `https://10.96.0.1:443`; `http:` is what `kubectl proxy` serves. */
  readonly server: URL;
  /** Name in the server's certificate. @default the host of `server` */
  readonly serverName?: string;
  /** Skips the check of the server's certificate: only a kubeconfig that says so. @default false */
  readonly insecure?: boolean;
  /** An HTTP proxy on the way there. @default none */
  readonly proxy?: URL;
  /** Of objects that name none: that of the kubeconfig's context, in a pod the pod's. @default default */
  readonly namespace?: string;
  /**
   * Read again from time to time, because tokens and certificates are replaced while the process runs.
   *
   * @param refused the API server did not accept what was returned last: do not return it from memory
   */
  credentials(refused: boolean): Promise<Credentials>;
}

/**
 * Milliseconds for which credentials are kept in memory, as client-go keeps a token file (transport/token_source.go).
 */
export const credentialsAge = 60_000;

/**
 * The same API server without credentials: every request brings a token. A client certificate would win over
 * the token (Kubernetes: authentication/request/union tries x509 first).
 */
export function withoutCredentials(connection: Connection): Connection {
  return {
    ...connection,
    credentials: async (refused) => ({ tls: { ca: (await connection.credentials(refused)).tls.ca } }),
  };
}
