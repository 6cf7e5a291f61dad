import { type Address, type Answer, exchange, reasonOf } from './exchange.js';
import type { Api } from './profiles.js';

/** A server, and how one of its version is asked. */
export interface Server extends Address {
  readonly api: Api;
}

/** What a server says of itself. That it does not answer is a fact too. */
export type ServerFacts = Unreachable | Reachable;

export interface Unreachable {
  readonly reachable: false;
  readonly reason: string;
}

export interface Reachable {
  readonly reachable: true;
  readonly version?: string;
  /**
   * Whether there is no administrator yet, so that any client can become it. Absent where the server does not say:
   * before 2.4 only an attempt to log in does.
   */
  readonly administratorMissing?: boolean;
  /** Whether its users are in LDAP or elsewhere, with an administrator of their own. */
  readonly usersElsewhere?: boolean;
  /** Whether it does not take our identity. */
  readonly refused: boolean;
  /** UP, STARTING, …; absent where it refused us. */
  readonly state?: string;
  /** What it calls itself, `host:port`. */
  readonly address?: string;
  /** Raft group → its leader as this server sees it, empty while there is none. */
  readonly leaders: Readonly<Record<string, string>>;
  /** Raft group → its peers as this server sees them, `host:port` each. */
  readonly peers: Readonly<Record<string, readonly string[]>>;
  /** What Raft calls it, `host:port`. */
  readonly raftAddress?: string;
  /** Addresses of the members that it knows, itself included. Absent where it does not say. */
  readonly list?: readonly string[];
  /** Address → state of the members that it hands nothing on to, as it takes them for down. @default none */
  readonly down?: Readonly<Record<string, string>>;
}

/** Name of the administrator in every version. */
const administrator = 'nacos';

/** Password with which the schema of old versions creates it. */
export const defaultPassword = 'nacos';

/** Asks a server for its state, all questions at once. Never throws. */
export async function askServer(server: Server, signal: AbortSignal): Promise<ServerFacts> {
  const { api } = server;
  try {
    const [state, self, members] = await Promise.all([
      exchange(server, { path: api.state }, signal),
      exchange(server, { path: api.self }, signal),
      exchange(server, { path: api.members }, signal),
    ]);
    if (state.status !== 200) return { reachable: false, reason: unexpected(server, state) };
    return {
      reachable: true,
      ...stateFacts(state),
      ...selfFacts(self),
      ...listFacts(members),
    };
  } catch (error) {
    return { reachable: false, reason: reasonOf(error) };
  }
}

/** A password by where it comes from. */
export type PasswordName = 'wanted' | 'current' | 'default';

/**
 * Tries to log in as the administrator, with one password after the other. Never throws.
 *
 * @param passwords from the Secrets, as far as they are there. Before 2.4, that of a server that has no administrator
 * yet is tried as well
 * @returns the first that the server takes, `none`, or undefined where the server does not say
 */
export async function findPassword(
  { identity: _, ...server }: Server,
  passwords: { readonly wanted?: string | undefined; readonly current?: string | undefined },
  signal: AbortSignal,
): Promise<PasswordName | 'none' | undefined> {
  const defaultHere = server.api.administrator.create ? undefined : defaultPassword;
  const tried = new Map<string, PasswordName>();
  for (const [name, password] of Object.entries({ ...passwords, default: defaultHere }))
    if (password && !tried.has(password)) tried.set(password, name as PasswordName);
  try {
    for (const [password, name] of tried) {
      const attempt = await logIn(server, password, signal);
      if (!attempt) return undefined;
      if (attempt.token) return name;
    }
    return tried.size > 0 ? 'none' : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes the first administrator.
 *
 * @throws Error if there is one already, or the server refuses; without its answer, which may repeat the password
 */
export async function createAdministrator(
  { identity: _, ...server }: Server,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  // Without the identity: 2.x takes every caller with it for a server, which may not change a password (measured on
  // 2.0.4 and 2.3.2).
  const { create } = server.api.administrator;
  if (!create) {
    if (!(await change(server, defaultPassword, password, signal))) throw taken(server);
    return;
  }
  const answer = await exchange(server, { method: 'POST', path: create, form: { password } }, signal);
  if (answer.code === 409) throw taken(server);
  if (answer.status !== 200 || ![0, 200, undefined].includes(answer.code)) throw refused(server, answer);
}

/**
 * Gives the administrator another password; may be repeated.
 *
 * @throws Error if the server takes neither, or refuses; without its answer, which may repeat the password
 */
export async function changePassword(
  { identity: _, ...server }: Server,
  before: string,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  if (await change(server, before, password, signal)) return;
  const { token } = (await logIn(server, password, signal)) ?? {};
  if (!token)
    throw new Error(
      `the server at ${server.address} takes neither the administrator's new password nor the one before; put the one that it takes into the key currentAdministratorPassword of the Secret NAME-auth`,
    );
}

/** Whether the password was the one before. */
async function change(server: Server, before: string, password: string, signal: AbortSignal): Promise<boolean> {
  const { users } = server.api.administrator;
  const { token } = (await logIn(server, before, signal)) ?? {};
  if (!token) return false;
  // In the address: with a form and the token in a header 2.0.4 answers 403 and changes nothing (measured).
  const form = { username: administrator, newPassword: password, accessToken: token };
  const path = `${users.path}?${new URLSearchParams(form)}`;
  const answer = await exchange(server, { method: 'PUT', port: users.port, path }, signal);
  if (answer.status === 200) return true;
  // 2.0.4 answers 403 and changes the password all the same (measured).
  const { token: changed } = (await logIn(server, password, signal)) ?? {};
  if (!changed) throw refused(server, answer);
  return true;
}

/** An attempt; without a token it was refused. */
interface Login {
  readonly token?: string;
}

/** Undefined if the server does not say. */
async function logIn(server: Server, password: string, signal: AbortSignal): Promise<Login | undefined> {
  const { status, token } = await attempt(server, administrator, password, signal);
  if (token || isRefusal(status)) return { ...(token && { token }) };
  if (status !== 500) return undefined;
  // 3.0.3 answers 500 to a wrong password (measured), and so does a server that cannot reach its database. One that can
  // look up users refuses one that it does not have.
  return isRefusal((await attempt(server, 'no-such-user', 'no-such-password', signal)).status) ? {} : undefined;
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

async function attempt(
  server: Server,
  username: string,
  password: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly token?: string }> {
  const path = server.api.administrator.login;
  const form = { username, password };
  try {
    const { status, body } = await exchange(server, { method: 'POST', path, form }, signal);
    const { accessToken: token } = Object(body) as { readonly accessToken?: unknown };
    return { status, ...(status === 200 && typeof token === 'string' && { token }) };
  } catch (error) {
    // The status line is `HTTP/1.1 0` (measured on 2.0.4 and 2.3.2).
    if ((error as { code?: string }).code === 'HPE_INVALID_STATUS') return { status: 401 };
    throw error;
  }
}

/** 3.x wraps its answers in `data`, 2.x does so for some. */
function dataOf({ body }: Answer): Record<string, unknown> {
  const { data } = Object(body) as { data?: unknown };
  return Object(typeof data === 'object' && data !== null ? data : body) as Record<string, unknown>;
}

function stateFacts(answer: Answer) {
  const { version, auth_admin_request: missing, auth_system_type: system } = dataOf(answer);
  // Where users are in LDAP or elsewhere, no administrator can be made: it answers 501 (nacos: UserController.java,
  // UserControllerV3.java).
  const own = system === undefined || String(system).toLowerCase() === 'nacos';
  return {
    ...(typeof version === 'string' && { version }),
    ...(missing !== undefined && { administratorMissing: own && String(missing) === 'true' }),
    ...(!own && { usersElsewhere: true }),
  };
}

interface Member {
  readonly state?: string;
  readonly address?: string;
  readonly ip?: string;
  readonly extendInfo?: {
    readonly raftPort?: string | number;
    readonly raftMetaData?: { readonly metaDataMap?: Readonly<Record<string, RaftGroup>> };
  };
}

interface RaftGroup {
  readonly leader?: string | null;
  readonly raftGroupMember?: readonly string[] | null;
}

function selfFacts(answer: Answer) {
  const { state, address, ip, extendInfo } = (answer.status === 200 ? dataOf(answer) : {}) as Member;
  const groups = Object.entries(extendInfo?.raftMetaData?.metaDataMap ?? {});
  return {
    refused: answer.status === 401 || answer.status === 403,
    ...(state && { state }),
    ...(address && { address }),
    ...(ip && extendInfo?.raftPort && { raftAddress: `${ip}:${extendInfo.raftPort}` }),
    leaders: Object.fromEntries(groups.map(([group, { leader }]) => [group, leader ?? ''])),
    peers: Object.fromEntries(groups.map(([group, { raftGroupMember }]) => [group, raftGroupMember ?? []])),
  };
}

/** In these a member is handed on what it is responsible for (nacos: DistroMapper.java). */
const served: ReadonlySet<string> = new Set(['UP', 'SUSPICIOUS']);

function listFacts(answer: Answer): Pick<Reachable, 'list' | 'down'> {
  const { data } = Object(answer.body) as { data?: unknown };
  if (answer.status !== 200 || !Array.isArray(data)) return {};
  const down = data.flatMap(({ address, state }: Member) =>
    address && state && !served.has(state) ? [[address, state] as const] : [],
  );
  return {
    list: data.flatMap(({ address }: Member) => address ?? []),
    ...(down.length > 0 && { down: Object.fromEntries(down) }),
  };
}

/** 404 and 410 are what another line of Nacos answers. */
function unexpected({ contextPath, api }: Server, { status }: Answer): string {
  const hint = [404, 410, 501].includes(status)
    ? ', as another version would; set spec.version to what the image is'
    : '';
  return `HTTP ${status} from ${contextPath}${api.state}${hint}`;
}

function taken({ address }: Server): Error {
  return new Error(`the server at ${address} has an administrator already`);
}

function refused({ address }: Server, { status, code }: Answer): Error {
  const detail = code === undefined ? '' : `, code ${code}`;
  return new Error(`the server at ${address} refused to set the administrator's password: HTTP ${status}${detail}`);
}
