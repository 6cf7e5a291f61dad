import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { CertificateAuthority } from '../../../test/cluster/certificates.js';

/** Seconds. Short, so that a test sees tokens renewed. */
const lifetime = 20;

/** An OpenID Connect issuer that lets all users in, under any name. */
export interface StandInIssuer {
  readonly address: string;
  /** PEM. */
  readonly authority: string;
  /** How often tokens were given, by kind of grant. */
  readonly grants: Readonly<Record<string, number>>;
  close(): void;
}

/** @param clientId of a public client on loopback */
export async function startIssuer(clientId: string): Promise<StandInIssuer> {
  const authority = await CertificateAuthority.create('issuer');
  const { certificate: cert, key } = await authority.server('issuer', { ip: ['127.0.0.1'] });
  const server = createServer({ cert, key });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(address, {
    clients: [
      {
        client_id: clientId,
        // Those may come back to any port of loopback (RFC 8252).
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/'],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: ['test'] },
    clientBasedCORS: () => true,
    issueRefreshToken: async () => true,
    ttl: {
      IdToken: lifetime,
      AccessToken: lifetime,
      RefreshToken: 3600,
      Session: 3600,
      Grant: 3600,
      Interaction: 3600,
    },
  });
  const grants: Record<string, number> = {};
  provider.on('grant.success', (context) => {
    const kind = String(context.oidc.params?.grant_type);
    grants[kind] = (grants[kind] ?? 0) + 1;
  });
  server.on('request', provider.callback());
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address, authority: authority.certificate, grants, close };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'test' };
}
