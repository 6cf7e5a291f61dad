import type { IncomingMessage } from 'node:http';
import { Agent, request as send } from 'node:https';
import { text } from 'node:stream/consumers';
import { type Kubeconfig, readKubeconfig } from './kubeconfig.js';

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface List<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly T[];
}

/** An answer that says no. */
export class Refused extends Error {
  constructor(
    request: string,
    /** HTTP status. */
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(`${request}: ${status} ${message}`);
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const contentTypes = {
  json: 'application/json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** The API server as the tests and the fake kubelet speak to it: deliberately not the client under test. */
export class Api {
  private readonly agent: Agent;
  private readonly server: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(kubeconfig: Kubeconfig) {
    const { cluster } = kubeconfig.clusters[0];
    const { user } = kubeconfig.users[0];
    const decode = (data?: string) => (data ? Buffer.from(data, 'base64') : undefined);
    this.server = cluster.server;
    this.headers = user.token ? { authorization: `Bearer ${user.token}` } : {};
    this.agent = new Agent({
      keepAlive: true,
      ca: decode(cluster['certificate-authority-data']),
      cert: decode(user['client-certificate-data']),
      key: decode(user['client-key-data']),
    });
  }

  static fromFile(path: string): Api {
    return new Api(readKubeconfig(path));
  }

  get<T>(path: string): Promise<T> {
    return this.request('GET', path);
  }

  list<T>(path: string): Promise<List<T>> {
    return this.request('GET', path);
  }

  create<T>(path: string, body: unknown): Promise<T> {
    return this.request('POST', path, body);
  }

  replace<T>(path: string, body: unknown): Promise<T> {
    return this.request('PUT', path, body);
  }

  /** A merge patch unless said otherwise. */
  patch<T>(path: string, body: unknown, type: keyof typeof contentTypes = 'merge'): Promise<T> {
    return this.request('PATCH', path, body, type);
  }

  delete(path: string, options: unknown = {}): Promise<unknown> {
    return this.request('DELETE', path, options);
  }

  /** Any resource as a JSON object, or the text of other answers. Throws Refused. */
  async request<T>(method: Method, path: string, body?: unknown, type: keyof typeof contentTypes = 'json'): Promise<T> {
    const answer = await this.open(method, path, body, type);
    const content = await text(answer);
    const value = answer.headers['content-type']?.includes('json') ? JSON.parse(content) : content;
    const status = answer.statusCode ?? 0;
    if (status >= 300) throw new Refused(`${method} ${path}`, status, value.reason ?? '', value.message ?? content);
    return value;
  }

  /** Reports what exists, then every change until `signal` aborts; lists again when the server ends the stream. */
  async follow<T>(path: string, onEvent: (event: WatchEvent<T>) => void, signal: AbortSignal): Promise<void> {
    const { metadata, items } = await this.list<T>(path);
    for (const object of items) onEvent({ type: 'ADDED', object });
    const query = `watch=true&resourceVersion=${metadata.resourceVersion}`;
    const answer = await this.open(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}${query}`,
      undefined,
      'json',
      signal,
    );
    let rest = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onEvent(JSON.parse(line));
    });
    answer.on('error', () => {}).on('close', () => this.followAgain(path, onEvent, signal));
  }

  /** Ends idle connections. */
  close(): void {
    this.agent.destroy();
  }

  private followAgain<T>(path: string, onEvent: (event: WatchEvent<T>) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const again = () => this.follow(path, onEvent, signal).catch(() => this.followAgain(path, onEvent, signal));
    setTimeout(again, 200).unref();
  }

  private open(
    method: Method,
    path: string,
    body: unknown,
    type: keyof typeof contentTypes,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    // A DELETE with a body of unknown length is answered 400.
    const length =
      content === undefined ? {} : { 'content-type': contentTypes[type], 'content-length': Buffer.byteLength(content) };
    const options = { method, agent: this.agent, headers: { ...this.headers, ...length }, signal };
    return new Promise((resolve, reject) => {
      const asked = send(this.server + path, options, resolve).on('error', (error: NodeJS.ErrnoException) => {
        // The API server closes what was idle for 90 s (k8s.io/apiserver: secure_serving.go), at times just now.
        const stale = asked.reusedSocket && error.code === 'ECONNRESET';
        if (!stale) return reject(error);
        this.open(method, path, body, type, signal).then(resolve, reject);
      });
      // Nothing listens while a connection changes hands.
      asked.on('socket', (socket) => asked.reusedSocket || socket.on('error', () => {}));
      asked.end(content);
    });
  }
}
