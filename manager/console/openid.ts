import * as oauth from 'oauth4webapi';

/** Where people log in; `/login.json` has it. */
export interface Issuer {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: string;
}

/** What the issuer gave. */
export interface Tokens {
  /** The user that the Kubernetes API server sees. */
  readonly idToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Absent where the issuer gives no refresh token. */
  readonly renew?: () => Promise<Tokens>;
}

/**
 * What has to outlive the way to the issuer and back. No token: without the code that the issuer sends it is of no use.
 */
interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly hash: string;
}
const pendingKey = 'login';

/**
 * Leaves for the issuer's page: authorization code with PKCE (RFC 7636), by OpenID Connect discovery. Needs a secure
 * context.
 */
export async function leave({ issuer, clientId, scopes }: Issuer): Promise<void> {
  const { authorization_endpoint: endpoint } = await discover(issuer);
  if (!endpoint) throw new Error(`${issuer}: authorization_endpoint?`);
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    hash: location.hash,
  };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  const url = new URL(endpoint);
  const asked = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: here(),
    scope: scopes,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/** Whether the issuer has sent the browser here. */
export function isBack(): boolean {
  return sessionStorage.getItem(pendingKey) !== null && new URLSearchParams(location.search).has('state');
}

/** Makes tokens of what the issuer has put into the address, and takes it out of there. */
export async function comeBack({ issuer, clientId }: Issuer): Promise<Tokens> {
  const { verifier, state, nonce, hash } = JSON.parse(sessionStorage.getItem(pendingKey) ?? '{}') as Pending;
  const url = new URL(location.href);
  sessionStorage.removeItem(pendingKey);
  history.replaceState(null, '', location.pathname);
  // Unlike the line above, this reaches the page.
  location.replace(hash || '#/');
  const server = await discover(issuer);
  const client = { client_id: clientId };
  const answer = oauth.validateAuthResponse(server, client, url, state);
  const given = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), answer, here(), verifier);
  const options = { expectedNonce: nonce, requireIdToken: true };
  return tokensOf(server, client, await oauth.processAuthorizationCodeResponse(server, client, given, options));
}

function tokensOf(
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  given: oauth.TokenEndpointResponse,
  former = '',
): Tokens {
  const { id_token: idToken = '', refresh_token: refreshToken = former } = given;
  const { exp = 0 } = oauth.getValidatedIdTokenClaims(given) ?? {};
  const renew = async () => {
    const again = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken);
    return tokensOf(server, client, await oauth.processRefreshTokenResponse(server, client, again), refreshToken);
  };
  return { idToken, expiresAt: exp * 1000, ...(refreshToken && { renew }) };
}

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url));
}

/** This page, as the issuer knows it. */
function here(): string {
  return `${location.origin}${location.pathname}`;
}
