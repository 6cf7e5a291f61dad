import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Exchange, Recording } from './record.js';
import { StandInData } from './stand-in-data.js';

export interface StandInOptions {
  /** Of which there are recordings. */
  readonly version: '2.0.4' | '2.3.2' | '3.0.3';
  /** Number of the member in its cluster. @default a standalone server */
  readonly member?: number;
  /** What members are called, by number. @default as recorded */
  readonly names?: (member: number) => string;
  /** @default true */
  readonly authentication?: boolean;
  /** What it takes for a member's identity. @default that of the recordings */
  readonly identity?: { readonly key: string; readonly value: string };
  /** Of the administrator, where somebody has set one already. */
  readonly password?: string;
  /** What its database holds. @default nothing yet */
  readonly data?: StandInData;
}

/** Answers as a Nacos server of a version did when it was recorded; knows its administrator, and can be made to misbehave. */
export class StandIn {
  /** Takes requests and never answers. */
  hung = false;
  /** Another state than UP. */
  state: string | undefined;
  /** Method and path of what was asked, without queries. */
  readonly asked: string[] = [];
  private readonly server: Server;
  private readonly exchanges: readonly Exchange[];
  password: string | undefined;
  readonly data: StandInData;

  constructor(private readonly options: StandInOptions) {
    const { version, member, authentication = true, password } = options;
    const situation = `${member === undefined ? 'standalone' : 'cluster'}, authentication ${authentication ? 'on' : 'off'}`;
    const { situations } = recording(version);
    if (!situations[situation]) throw new Error(`nothing was recorded of ${version}, ${situation}`);
    this.exchanges = situations[situation];
    this.password = password ?? this.wellKnown;
    this.data = options.data ?? new StandInData(version);
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error) => response.destroy(error));
    });
  }

  /** @param address whose port 8848 it takes */
  async listen(address: string): Promise<this> {
    await new Promise<void>((resolve, reject) =>
      this.server.on('error', reject).listen({ host: address, port: 8848 }, resolve),
    );
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get hasAdministrator(): boolean {
    return this.password !== this.wellKnown;
  }

  /** What the schema of old versions brings. */
  private get wellKnown(): string | undefined {
    return this.options.version.startsWith('2') ? 'nacos' : undefined;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://nacos');
    const path = url.pathname.replace('/nacos/', '/');
    this.asked.push(`${request.method} ${path}`);
    if (this.hung) return;
    const form = new URLSearchParams(await text(request));
    const shown = this.identityOf(request);
    const trusted = shown === 'right' || this.options.authentication === false;
    const data = trusted && this.data.answer(request.method ?? '', path, url.searchParams, form);
    if (data) return void response.writeHead(data.status).end(written(data.body));
    const found = this.find(`${request.method} ${path}`, url.searchParams, form, shown);
    if (!found) return void response.writeHead(404).end();
    // Node's own server has no way to send what 2.x sends to who fails to log in.
    if (found.status === 0) return void request.socket.end('HTTP/1.1 0 \r\nContent-Length: 0\r\n\r\n');
    response.writeHead(found.status, { 'content-type': 'application/json' }).end(this.told(found.body));
  }

  private find(asked: string, query: URLSearchParams, form: URLSearchParams, identity: Exchange['identity']) {
    const { member = 0 } = this.options;
    const about = this.exchanges.filter(({ request }) => request.split('?')[0] === asked);
    if (asked.endsWith('/login')) {
      const allowed = this.password !== undefined && form.get('password') === this.password;
      return about.find(({ status }) => (status === 200) === allowed);
    }
    if (asked.startsWith('GET')) {
      const of = about.filter((one) => one.member === member && one.administrator === this.hasAdministrator);
      return of.find((one) => one.identity === identity) ?? of[0];
    }
    const before = this.hasAdministrator;
    const found = about.find((one) => one.identity === identity && one.administrator === before);
    const isChange = asked.startsWith('PUT');
    // 2.0.4 says no and does it: the recorded logins afterwards succeed.
    const done = found?.status === 200 || (isChange && this.options.version === '2.0.4');
    if (done && (!before || isChange)) this.password = query.get('newPassword') ?? form.get('password') ?? undefined;
    return found;
  }

  private identityOf({ headers }: IncomingMessage): Exchange['identity'] {
    const { key, value } = this.options.identity ?? { key: 'record-key', value: 'record-value' };
    const shown = headers[key.toLowerCase()];
    return shown === undefined ? 'none' : shown === value ? 'right' : 'wrong';
  }

  /** The recorded body, with members called and ports numbered as in a cluster of pods. */
  private told(body: unknown): string {
    const { names } = this.options;
    const json = typeof body === 'string' ? body : JSON.stringify(body);
    const stated = this.state ? json.replaceAll('"state":"UP"', `"state":"${this.state}"`) : json;
    if (!names) return stated;
    return stated
      .replaceAll(/nacos-(\d)\.nacos-headless\.ns\.svc\.cluster\.local/g, (_, member) => names(Number(member)))
      .replaceAll(/\b88[456]8\b/g, '8848')
      .replaceAll(/\b78[456]8\b/g, '7848');
  }
}

function written(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** What servers of a version were asked and answered, see record.ts. */
export function recording(version: string): Recording {
  return JSON.parse(readFileSync(join(__dirname, 'recordings', `${version}.json`), 'utf8')) as Recording;
}
