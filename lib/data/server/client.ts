import { setMaxListeners } from 'node:events';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { type Answer, exchange, type Question } from '../../server/exchange.js';
import { type Api, profileOf } from '../../server/profiles.js';
import { parseVersion } from '../../server/version.js';
import { DataError, type ServerAddress } from '../source.js';

/** Requests at once, to one server. */
export const atOnce = 8;

const limits = { seconds: 60, longest: 64 * 1024 * 1024 };

/** Seconds before another try, which together outlast the election of a leader and a short restart. */
const pauses = [0.2, 0.5, 1, 2, 4, 8, 16];

/** Statuses of a server that cannot answer now: 500 is what 2.x answers while it has no leader. */
const passing = [429, 500, 502, 503, 504];

/** A connection to one server that outlives short failures and the end of a login. */
export class Client {
  private token: Promise<string> | undefined;

  private constructor(
    readonly url: string,
    readonly version: string,
    readonly api: Api,
    private readonly address: Target,
    private readonly login: ServerAddress['login'],
    private readonly signal: AbortSignal,
  ) {}

  /** @throws DataError if there is no Nacos, or it does not let the user in */
  static async connect({ url, login, identity }: ServerAddress, signal: AbortSignal): Promise<Client> {
    const address = targetOf(url, identity);
    // One for each request.
    setMaxListeners(0, signal);
    const version = await versionAt(address, signal).catch((error: unknown) => {
      address.connections.agent.destroy();
      throw error instanceof DataError ? error : unanswered(url, error);
    });
    const { api } = profileOf(parseVersion(version)!);
    const client = new Client(url, version, api, address, login, signal);
    if (login) await client.loggedIn();
    return client;
  }

  close(): void {
    this.address.connections.agent.destroy();
  }

  /**
   * The answer, whatever it says.
   *
   * @param what for messages, such as `list namespaces`
   * @throws DataError if there is none, or the user may not
   */
  async ask(what: string, question: Question): Promise<Answer> {
    let renewed = false;
    for (let attempt = 0; ; attempt++) {
      const pause = pauses[attempt];
      try {
        const answer = await this.once(question);
        if (answer.status === 401 || answer.status === 403) {
          if (!this.login || renewed) throw this.failure(what, answer);
          renewed = true;
          this.token = undefined;
        } else if (!passing.includes(answer.status) || pause === undefined) {
          return answer;
        } else {
          await setTimeout(pause * 1000, undefined, { signal: this.signal });
        }
      } catch (error) {
        if (error instanceof DataError || this.signal.aborted || isTooLong(error)) throw error;
        if (pause === undefined) throw unanswered(this.url, error);
        await setTimeout(pause * 1000, undefined, { signal: this.signal });
      }
    }
  }

  /** What an answer means that is not the expected one. */
  failure(what: string, { status, code }: Answer): DataError {
    const denied = status === 401 || status === 403;
    const hint = !denied
      ? ''
      : this.login
        ? `; user ${this.login.username} may not, log in as the administrator`
        : '; log in with --username and a password';
    return new DataError(`${this.url} did not ${what}: HTTP ${status}${code ? `, code ${code}` : ''}${hint}`);
  }

  private async once(question: Question): Promise<Answer> {
    if (!this.login) return exchange(this.address, question, this.signal);
    const token = await this.loggedIn();
    return exchange({ ...this.address, connections: { ...this.address.connections, token } }, question, this.signal);
  }

  /** All who wait use one login. */
  private loggedIn(): Promise<string> {
    this.token ??= this.logIn().catch((error: unknown) => {
      this.token = undefined;
      throw error;
    });
    return this.token;
  }

  private async logIn(): Promise<string> {
    const { username, password } = this.login!;
    const question = { method: 'POST', path: this.api.administrator.login, form: { username, password } } as const;
    const answer = await exchange(this.address, question, this.signal).catch((error: unknown) => {
      // The status line of 2.0 and 2.3 is then `HTTP/1.1 0` (measured on 2.0.4 and 2.3.2).
      if ((error as { readonly code?: string }).code === 'HPE_INVALID_STATUS') return undefined;
      throw unanswered(this.url, error);
    });
    const { accessToken: token } = Object(answer?.body) as { readonly accessToken?: unknown };
    if (typeof token === 'string') return token;
    throw new DataError(
      `${this.url} does not take the password of user ${username}${answer ? ` (HTTP ${answer.status})` : ''}`,
    );
  }
}

type Target = ReturnType<typeof targetOf>;

function targetOf(url: string, identity: ServerAddress['identity']) {
  const { protocol, hostname, port, pathname, username, password, search } = parsedUrl(url);
  if (username || password) throw new DataError("a server's address must have no login in it; use --username");
  if (search) throw new DataError(`${url}: must end with the context path, such as /nacos`);
  const tls = protocol === 'https:';
  const agent = new (tls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 2 * atOnce });
  const http = port ? Number(port) : tls ? 443 : 80;
  return {
    address: hostname.replace(/^\[|\]$/g, ''),
    contextPath: pathname === '/' ? '/nacos' : pathname.replace(/\/+$/, ''),
    ports: { http, console: http },
    ...(identity && { identity }),
    connections: { ...limits, agent: agent as Agent },
  };
}

function parsedUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw new DataError('a server is given as http://HOST:8848/nacos, or with https');
}

async function versionAt(address: Target, signal: AbortSignal): Promise<string> {
  const paths = ['/v3/admin/core/state', '/v1/console/server/state'];
  for (const path of paths) {
    const { status, body } = await exchange(address, { path }, signal);
    const { data, version = Object(data).version } = Object(body) as { readonly data?: unknown; version?: unknown };
    if (status === 200 && typeof version === 'string' && parseVersion(version)) return version;
  }
  const where = `${address.address}:${address.ports.http}${address.contextPath}`;
  throw new DataError(`at ${where} there is no Nacos that says its version; is the context path right?`);
}

/** Whether an answer was longer than what one may be. */
export function isTooLong(error: unknown): boolean {
  return (error as { readonly code?: string }).code === 'TOO_LONG';
}

function unanswered(url: string, error: unknown): DataError {
  const { code = '', name, cause } = error as { code?: string; name?: string; cause?: { name?: string } };
  const late = [name, cause?.name].includes('TimeoutError');
  const why = late ? `no answer within ${limits.seconds} s` : code || 'no valid answer';
  const hint = code === 'ECONNREFUSED' ? '; Nacos listens on port 8848' : '';
  return new DataError(`${url} cannot be reached: ${why}${hint}`);
}
