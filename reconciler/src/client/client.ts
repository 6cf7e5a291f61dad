import * as http from 'node:http';
import * as https from 'node:https';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { urlToHttpOptions } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { ApiError, ConnectionError } from './api-error.js';
import { type Connection, type Credentials, credentialsAge } from './connection.js';
import { exchange, StaleConnectionError } from './exchange.js';
import { parseJson, toJson } from './json.js';
import { throughProxy } from './tunnel.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  /** Form of the answer. @default application/json */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Bearer token of the caller. @default the connection's own credentials */
  readonly token?: string;
  /**
   * Milliseconds until the answer has to be complete; a stream's has to begin.
   *
   * @default 30000, for a write 65000: for webhooks that hang the API server waits for a minute, and may write then
   */
  readonly timeout?: number;
  /** Called with the characters of an answer, before it is parsed. */
  readonly measure?: (characters: number) => void;
  /** Called when a connection is ready, right before the request is sent; throws if it must not be sent any more. */
  readonly guard?: () => void;
}

/** Called with every request; feeds the metrics. */
export interface RequestObserver {
  /** @param code of HTTP, or `<error>` if there was no answer */
  answered(method: Method, code: string, milliseconds: number): void;
}

/**
 * HTTP/1.1 with connections that stay open: HTTP/2 clients of Node have failed on the API server's GOAWAY
 * (nodejs/undici#3140, #3753).
 */
export class Client {
  private agent: http.Agent | undefined;
  private credentials: Credentials | undefined;
  private readAt = Number.NEGATIVE_INFINITY;
  private refused = false;
  private reading: Promise<Credentials> | undefined;
  private readonly server: http.RequestOptions;
  /** Of all paths. */
  private readonly root: string;

  constructor(
    private readonly connection: Connection,
    /** In User-Agent; the API server's audit log and metrics show it. */
    private readonly name: string,
    private readonly observer?: RequestObserver,
  ) {
    this.server = urlToHttpOptions(connection.server);
    this.root = connection.server.pathname.replace(/\/$/, '');
  }

  /**
   * The answer's JSON.
   *
   * @throws ApiError if the API server refuses, ConnectionError if it does not answer
   */
  async request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
    const answer = await this.send(method, path, options, false);
    const body = await text(answer).catch((cause: Error) => {
      throw new ConnectionError(`${method} ${path}: the answer was cut off: ${cause.message}`, { cause });
    });
    options.measure?.(body.length);
    try {
      return parseJson(body) as T;
    } catch (cause) {
      throw new ConnectionError(`${method} ${path}: the answer is no JSON: ${body.slice(0, 200)}`, { cause });
    }
  }

  /** The answer as it comes. The caller reads or destroys it. */
  stream(path: string, options: RequestOptions = {}): Promise<http.IncomingMessage> {
    return this.send('GET', path, options, true);
  }

  /** Ends idle connections. */
  close(): void {
    this.agent?.destroy();
  }

  private async send(
    method: Method,
    path: string,
    options: RequestOptions,
    stream: boolean,
    attempt = 1,
  ): Promise<http.IncomingMessage> {
    const started = performance.now();
    const observe = (code: string) => this.observer?.answered(method, code, performance.now() - started);
    try {
      const { server, root } = this;
      const target = { server, method, path: root + path, query: queryOf(options) };
      const answer = await exchange({ ...target, timeout: patience(method), ...(await this.prepare(options)), stream });
      const status = answer.statusCode ?? 0;
      observe(String(status));
      if (status >= 200 && status < 300) return answer;
      // Credentials that were accepted before may have been replaced: the next request reads them again.
      if (status === 401 && options.token === undefined) this.refused = true;
      const body = await text(answer).catch(() => '');
      throw ApiError.from(`${method} ${path}`, status, body, answer.headers['retry-after']);
    } catch (error) {
      if (error instanceof ConnectionError) observe('<error>');
      if (error instanceof StaleConnectionError && attempt === 1) return this.send(method, path, options, stream, 2);
      throw error;
    }
  }

  private async prepare(options: RequestOptions) {
    const { body, contentType = 'application/json', accept = 'application/json', signal, guard, timeout } = options;
    const credentials = await this.currentCredentials();
    const token = options.token ?? credentials.token;
    this.agent ??= this.newAgent();
    const content = body === undefined ? undefined : Buffer.from(toYamlJson(body));
    const headers = {
      accept,
      'user-agent': this.name,
      ...(options.token === undefined && credentials.headers),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(content && { 'content-type': contentType, 'content-length': content.length }),
    };
    return { agent: this.agent, headers, content, signal, guard, ...(timeout && { timeout }) };
  }

  private currentCredentials(): Credentials | Promise<Credentials> {
    const fresh = !this.refused && performance.now() - this.readAt < credentialsAge;
    if (fresh && this.credentials) return this.credentials;
    // One read at a time, for all requests.
    this.reading ??= this.readCredentials().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readCredentials(): Promise<Credentials> {
    const credentials = await this.connection.credentials(this.refused);
    // Requests under way finish on the old connections, which close when they have been idle.
    if (!isDeepStrictEqual(credentials.tls, this.credentials?.tls)) this.agent = undefined;
    this.credentials = credentials;
    this.refused = false;
    this.readAt = performance.now();
    return credentials;
  }

  private newAgent(): http.Agent {
    const { server, serverName, insecure, proxy } = this.connection;
    // Keep-alive probes after 30 s find a peer that is gone without a word; an idle connection is dropped before the
    // server's 90 s.
    const options = { keepAlive: true, keepAliveMsecs: 30_000, scheduling: 'lifo', timeout: 60_000 } as const;
    const tls = { ...this.credentials?.tls, ...(serverName && { servername: serverName }) };
    const agent =
      server.protocol === 'http:'
        ? new http.Agent(options)
        : new https.Agent({ ...options, ...tls, rejectUnauthorized: !insecure });
    if (proxy) throughProxy(agent, proxy);
    // All its connections are alike. Node would distinguish them by a name made of all options, certificates included,
    // at each request.
    agent.getName = () => server.host;
    return agent;
  }
}

/** Milliseconds. See `RequestOptions`. */
function patience(method: Method): number {
  return method === 'GET' ? 30_000 : 65_000;
}

function queryOf({ query = {} }: RequestOptions): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size > 0 ? `?${given}` : '';
}

/**
 * An apply is read as YAML, which refuses some characters that JSON has as they are, and takes others for the end of a
 * line.
 */
function toYamlJson(body: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return toJson(body).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
}
