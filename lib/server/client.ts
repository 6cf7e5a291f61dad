import { type Api, ports } from './profiles.js';

/** The header by which members, and the operator, prove that they belong to the cluster (nacos: AbstractWebAuthFilter.java). */
export interface Identity {
  readonly key: string;
  readonly value: string;
}

/** Where and how a server is asked. */
export interface Server {
  /** IP address of the pod. */
  readonly address: string;
  /** Context path of the HTTP port, such as `/nacos`. */
  readonly contextPath: string;
  readonly api: Api;
  readonly identity?: Identity;
}

/** What a server says of itself. That it does not answer is a fact too. */
export type ServerFacts =
  | { readonly reachable: false; readonly reason: string }
  | {
      readonly reachable: true;
      readonly version?: string;
      /** Whether anybody could still make himself administrator. Absent where it was not asked. */
      readonly administratorMissing?: boolean;
      /** UP, STARTING, …; absent on a standalone server of an old version. */
      readonly state?: string;
      /** What it calls itself, `host:port`. */
      readonly address?: string;
      /** Raft group → its leader as this server sees it, empty while there is none. */
      readonly leaders: Readonly<Record<string, string>>;
      readonly raftAddress?: string;
    };

/** A hung server must not delay anybody: no call takes longer. */
const timeout = 5_000;

/**
 * Asks a server for its state. Never throws.
 *
 * @param wellKnown whether to try the well-known password where the version has one
 */
export async function askServer(server: Server, wellKnown: boolean, signal: AbortSignal): Promise<ServerFacts> {
  const { administrator } = server.api;
  try {
    const missing = wellKnown &&
      administrator.how === 'change-well-known' && {
        administratorMissing: (await login(server, administrator.login, 'nacos', signal)) !== undefined,
      };
    const [state, self] = await Promise.all([
      get(server, server.api.state, signal),
      get(server, server.api.self, signal),
    ]);
    return { reachable: true, ...stateFacts(state), ...missing, ...selfFacts(self) };
  } catch (error) {
    return { reachable: false, reason: reasonOf(error) };
  }
}

/** @returns whether this call made the administrator; false if there was one already */
export async function createAdministrator(server: Server, password: string, signal: AbortSignal): Promise<boolean> {
  const { administrator } = server.api;
  if (administrator.how === 'create') {
    const answer = await post(server, administrator.path, { password }, signal);
    if (answer.code === 409) return false;
    if (answer.status !== 200 || (answer.code !== 0 && answer.code !== 200 && answer.code !== undefined))
      throw refused(server, answer);
    return true;
  }
  const token = await login(server, administrator.login, 'nacos', signal);
  // Somebody else has changed it: that is an administrator too.
  if (token === undefined) return false;
  const query = new URLSearchParams({ username: 'nacos', newPassword: password, accessToken: token });
  const answer = await request(server, `${administrator.users}?${query}`, { method: 'PUT' }, signal);
  if (answer.status !== 200) throw refused(server, answer);
  return true;
}

async function login(server: Server, path: string, password: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await post(server, path, { username: 'nacos', password }, signal);
  const token = (answer.body as { accessToken?: unknown } | undefined)?.accessToken;
  return answer.status === 200 && typeof token === 'string' ? token : undefined;
}

interface Answer {
  readonly status: number;
  readonly code?: number;
  readonly body: unknown;
}

async function get(server: Server, path: string, signal: AbortSignal): Promise<Answer> {
  return request(server, path, {}, signal);
}

function post(
  server: Server,
  path: string,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  return request(server, path, { method: 'POST', body: new URLSearchParams(form) }, signal);
}

async function request(server: Server, path: string, init: RequestInit, signal: AbortSignal): Promise<Answer> {
  const { address, contextPath, identity } = server;
  const host = address.includes(':') ? `[${address}]` : address;
  const response = await fetch(`http://${host}:${ports.http}${contextPath}${path}`, {
    ...init,
    headers: identity ? { [identity.key]: identity.value } : {},
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
  });
  const text = await response.text();
  const body = parsed(text);
  const { code } = (body ?? {}) as { code?: unknown };
  return { status: response.status, body, ...(typeof code === 'number' && { code }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** 3.x wraps its answers in `data`, 2.x does so for some. */
function dataOf({ body }: Answer): Record<string, unknown> {
  const { data } = (body ?? {}) as { data?: unknown };
  return (typeof data === 'object' && data !== null ? data : (body ?? {})) as Record<string, unknown>;
}

function stateFacts(answer: Answer) {
  if (answer.status !== 200) return {};
  const { version, auth_admin_request: missing } = dataOf(answer);
  return {
    ...(typeof version === 'string' && { version }),
    ...(missing !== undefined && { administratorMissing: String(missing) === 'true' }),
  };
}

interface Member {
  readonly state?: string;
  readonly address?: string;
  readonly ip?: string;
  readonly extendInfo?: {
    readonly raftPort?: string;
    readonly raftMetaData?: { readonly metaDataMap?: Readonly<Record<string, { readonly leader?: string }>> };
  };
}

function selfFacts(answer: Answer) {
  const { state, address, ip, extendInfo } = (answer.status === 200 ? dataOf(answer) : {}) as Member;
  const groups = Object.entries(extendInfo?.raftMetaData?.metaDataMap ?? {});
  return {
    ...(state && { state }),
    ...(address && { address }),
    ...(ip && extendInfo?.raftPort && { raftAddress: `${ip}:${extendInfo.raftPort}` }),
    leaders: Object.fromEntries(groups.map(([group, { leader }]) => [group, leader ?? ''])),
  };
}

function reasonOf(error: unknown): string {
  const { name, cause, message } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  return cause?.code ?? message;
}

/** Without the answer's text: it may repeat the password. */
function refused({ address }: Server, { status, code }: Answer): Error {
  return new Error(
    `the server at ${address} refused to set the administrator's password: HTTP ${status}${code === undefined ? '' : `, code ${code}`}`,
  );
}
