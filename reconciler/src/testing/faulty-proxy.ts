import * as http from 'node:http';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Connection } from '../client/connection.js';
import { fromKubeconfig } from '../client/kubeconfig.js';
import { throughProxy } from '../client/tunnel.js';

/** A request as it passes the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Whether it asks for a watch. */
  readonly watch: boolean;
}

/** What goes wrong. */
export type Effect =
  /** The API server is not asked; this is the answer. */
  | {
      readonly do: 'answer';
      readonly status: number;
      readonly headers?: http.OutgoingHttpHeaders;
      readonly body?: string;
    }
  /** The connection is reset: before the API server is asked, or after it has carried the request out. */
  | { readonly do: 'reset'; readonly when: 'before' | 'after' }
  /** The API server is not asked; no byte comes and the connection stays. */
  | { readonly do: 'hang' }
  /** The answer ends in the middle, after so many bytes, by a reset. */
  | { readonly do: 'cut'; readonly after: number }
  /** After the head of the answer comes this, and then its end. */
  | { readonly do: 'garble'; readonly body: string }
  /** The head of the answer comes, and then nothing more. */
  | { readonly do: 'silence' }
  /** Everything of the answer comes so many milliseconds late. */
  | { readonly do: 'delay'; readonly milliseconds: number }
  /** The answer is whole, and its connection is closed: what HTTP/1.1 has for GOAWAY. */
  | { readonly do: 'close' };

export interface Fault {
  /** @default every request */
  readonly on?: (request: ProxiedRequest) => boolean;
  readonly effect: Effect;
  /** How often. @default until it is removed */
  readonly times?: number;
}

/** A fault that is in force. */
export interface InjectedFault {
  /** How often it struck. */
  readonly hits: number;
  remove(): void;
}

/** Stands in front of an API server and breaks what a test asks for. It listens on loopback, without TLS. */
export class FaultyProxy {
  /** Everything that came, in order. */
  readonly requests: ProxiedRequest[] = [];
  private readonly faults: { readonly fault: Fault; hits: number }[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly agent: http.Agent;

  private constructor(
    private readonly server: Server,
    private readonly upstream: Connection,
    ca: https.AgentOptions['ca'],
  ) {
    const options = { keepAlive: true, rejectUnauthorized: !upstream.insecure, servername: upstream.serverName };
    this.agent = upstream.server.protocol === 'http:' ? new http.Agent(options) : new https.Agent({ ...options, ca });
    if (upstream.proxy) throughProxy(this.agent, upstream.proxy);
    server.on('request', (request, answer) => this.handle(request, answer));
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    });
  }

  /**
   * Requests go on with the credentials that they bring, and no others: without a token they are anonymous.
   *
   * @param kubeconfig path of the one that says where the API server is
   */
  static async start(kubeconfig: string): Promise<FaultyProxy> {
    const upstream = await fromKubeconfig(kubeconfig);
    const { tls } = await upstream.credentials(false);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultyProxy(server, upstream, tls.ca);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Content of a kubeconfig that leads here. @param token of its requests. @default anonymous */
  kubeconfig(token?: string): string {
    return JSON.stringify({
      'current-context': 'proxy',
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
      clusters: [{ name: 'proxy', cluster: { server: this.url } }],
      users: [{ name: 'proxy', user: token ? { token } : {} }],
    });
  }

  /** Of several faults that fit a request the one injected first strikes. */
  inject(fault: Fault): InjectedFault {
    const injected = { fault, hits: 0 };
    this.faults.push(injected);
    const { faults } = this;
    return {
      get hits() {
        return injected.hits;
      },
      remove: () => void faults.splice(faults.indexOf(injected) >>> 0, 1),
    };
  }

  /** Resets all connections that are open now. */
  resetAll(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.resetAll();
    this.agent.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private handle(incoming: IncomingMessage, answer: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', this.url);
    const query = url.searchParams;
    const request = { method: incoming.method ?? '', path: url.pathname, query, watch: query.has('watch') };
    this.requests.push(request);
    const effect = this.strike(request);
    switch (effect?.do) {
      case 'hang':
        return;
      case 'answer':
        answer.writeHead(effect.status, effect.headers).end(effect.body ?? '');
        return;
      case 'reset':
        if (effect.when === 'before') incoming.socket.resetAndDestroy();
        else this.forward(incoming, answer, effect);
        return;
      default:
        this.forward(incoming, answer, effect);
    }
  }

  private strike(request: ProxiedRequest): Effect | undefined {
    const fits = ({ fault, hits }: { readonly fault: Fault; readonly hits: number }) =>
      hits < (fault.times ?? Number.POSITIVE_INFINITY) && (fault.on?.(request) ?? true);
    const found = this.faults.find(fits);
    if (found) found.hits++;
    return found?.fault.effect;
  }

  private forward(incoming: IncomingMessage, answer: ServerResponse, effect: Effect | undefined): void {
    const headers = { ...incoming.headers, host: this.upstream.server.host };
    const { request } = this.upstream.server.protocol === 'http:' ? http : https;
    const url = new URL(incoming.url ?? '/', this.upstream.server);
    const outgoing = request(url, { method: incoming.method, headers, agent: this.agent }, (reply) => {
      reply.on('error', () => answer.destroy());
      spoil(reply, incoming, answer, effect);
    });
    outgoing.on('error', () => incoming.socket.resetAndDestroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}

/** Hands the reply on, with what goes wrong. */
function spoil(
  reply: IncomingMessage,
  incoming: IncomingMessage,
  answer: ServerResponse,
  effect: Effect | undefined,
): void {
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = reply.headers;
  const status = reply.statusCode ?? 502;
  if (effect?.do === 'close') headers.connection = 'close';
  const begin = () => answer.writeHead(status, headers).flushHeaders();
  switch (effect?.do) {
    case 'delay':
      late(reply, answer, begin, effect.milliseconds);
      break;
    case 'reset':
      reply.resume().on('end', () => incoming.socket.resetAndDestroy());
      break;
    case 'garble':
      begin();
      answer.end(effect.body);
      break;
    case 'silence':
      begin();
      reply.resume();
      break;
    case 'cut':
      begin();
      cut(reply, incoming, answer, effect.after);
      break;
    default:
      begin();
      reply.pipe(answer);
  }
}

function cut(reply: IncomingMessage, incoming: IncomingMessage, answer: ServerResponse, bytes: number): void {
  if (bytes <= 0) return void incoming.socket.resetAndDestroy();
  let left = bytes;
  reply.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    answer.write(part, () => left <= 0 && incoming.socket.resetAndDestroy());
  });
  reply.on('end', () => incoming.socket.resetAndDestroy());
}

function late(reply: IncomingMessage, answer: ServerResponse, begin: () => void, milliseconds: number): void {
  const later = (step: () => void) => setTimeout(step, milliseconds);
  later(begin);
  reply.on('data', (chunk: Buffer) => later(() => answer.write(chunk)));
  reply.on('end', () => later(() => answer.end()));
}
