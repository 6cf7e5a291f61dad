import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Exchange, Recording } from './record.js';
import { StandInData } from './stand-in-data.js';

export interface StandInOptions {
  /** Of which there are recordings. */
  readonly version: '2.0.4' | '2.3.2' | '3.0.3';
  /** The version that it says it is. @default the recorded one */
  readonly says?: string;
  /** That it is a member of. @default a standalone server */
  readonly cluster?: StandInCluster;
  /** What it calls itself. @default as recorded */
  readonly host?: string;
  /** @default true */
  readonly authentication?: boolean;
  /** What it takes for a member's identity. @default that of the recordings */
  readonly identity?: { readonly key: string; readonly value: string };
  /** Of the administrator, where one is set already. */
  readonly password?: string;
  /** What its database holds. @default nothing yet */
  readonly data?: StandInData;
}

/**
 * What the members of a cluster share. Raft is not played: all groups have the leader and the peers that are said here.
 */
export class StandInCluster {
  password: string | undefined;
  /** Hosts of all who ever were members. */
  readonly peers = new Set<string>();
  leader: string | undefined;

  /** Leads on if it did, or if none does. */
  join(host: string): void {
    this.peers.add(host);
    this.leader ??= host;
  }

  /** Another one leads from then on. */
  leave(host: string): void {
    if (this.leader === host) this.leader = [...this.peers].find((peer) => peer !== host);
  }
}

/**
 * Answers as a Nacos server of a version did when it was recorded; knows its administrator, and can be made to
 * misbehave.
 */
export class StandIn {
  /** Takes requests and never answers. */
  hung = false;
  /** Answers 500 to logins, as without its database. */
  broken = false;
  /** Another state than UP. */
  state: string | undefined;
  /** Method and path of what was asked, without queries. */
  readonly asked: string[] = [];
  /** With queries. */
  readonly urls: string[] = [];
  private readonly server: Server;
  private readonly exchanges: readonly Exchange[];
  private readonly cluster: StandInCluster;
  readonly data: StandInData;

  constructor(private readonly options: StandInOptions) {
    const { version, authentication = true, password, cluster, host } = options;
    // Of one server that was recorded, see `answered`.
    const situation = `standalone, authentication ${authentication ? 'on' : 'off'}`;
    const { situations } = recording(version);
    if (!situations[situation]) throw new Error(`nothing was recorded of ${version}, ${situation}`);
    this.exchanges = situations[situation];
    this.cluster = cluster ?? new StandInCluster();
    this.cluster.password ??= password ?? this.defaultPassword;
    if (host) this.cluster.join(host);
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
    this.cluster.leave(this.options.host ?? '');
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get password(): string | undefined {
    return this.cluster.password;
  }

  /** What it takes for a member's. */
  get identity(): { readonly key: string; readonly value: string } {
    return this.options.identity ?? { key: 'record-key', value: 'record-value' };
  }

  get hasAdministrator(): boolean {
    return this.password !== this.defaultPassword;
  }

  /** What the schema of old versions brings. */
  private get defaultPassword(): string | undefined {
    return this.options.version.startsWith('2') ? 'nacos' : undefined;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://nacos');
    const path = url.pathname.replace('/nacos/', '/');
    this.asked.push(`${request.method} ${path}`);
    this.urls.push(request.url ?? '');
    if (this.hung) return;
    if (this.broken && path.endsWith('/login')) return void response.writeHead(500).end();
    const content = await text(request);
    const form = new URLSearchParams(content);
    const shown = this.identityOf(request);
    // The token that a recorded login answers.
    const loggedIn = request.headers.authorization === 'Bearer TOKEN';
    const trusted = shown === 'right' || loggedIn || this.options.authentication === false;
    if (trusted && path.endsWith('/ops/raft')) return void response.writeHead(200).end(this.operateRaft(content));
    if (trusted && path.endsWith('/cs/ops/localCache')) return void response.writeHead(200).end();
    const data =
      trusted &&
      this.data.answer(request.method ?? '', path, url.searchParams, form, String(request.headers.betaips ?? ''));
    if (data) return void response.writeHead(data.status).end(written(data.body));
    const found = this.find(`${request.method} ${path}`, url.searchParams, form, shown);
    if (!found) return void response.writeHead(404).end();
    // Node's own server has no way to send what 2.x sends to who fails to log in.
    if (found.status === 0) return void request.socket.end('HTTP/1.1 0 \r\nContent-Length: 0\r\n\r\n');
    response.writeHead(found.status, { 'content-type': 'application/json' }).end(this.answered(found.body));
  }

  private find(asked: string, query: URLSearchParams, form: URLSearchParams, identity: Exchange['identity']) {
    const about = this.exchanges.filter(({ request }) => request.split('?')[0] === asked);
    if (asked.endsWith('/login')) {
      const known = this.password !== undefined && form.get('username') === 'nacos';
      const allowed = known && form.get('password') === this.password;
      if (allowed) return about.find(({ status }) => status === 200);
      // To a user that is not there servers of every version answer as to all before there is an administrator.
      const refusals = about.filter(({ status }) => status !== 200);
      return refusals.find(({ administrator }) => administrator === (known && this.hasAdministrator));
    }
    if (asked.startsWith('GET')) {
      const of = about.filter((one) => one.administrator === this.hasAdministrator);
      return of.find((one) => one.identity === identity) ?? of[0];
    }
    const before = this.hasAdministrator;
    // Without authentication it does not matter who asks, and it was asked in one way only.
    const open = this.options.authentication === false;
    const found = about.find((one) => (open || one.identity === identity) && one.administrator === before);
    const isChange = asked.startsWith('PUT');
    // 2.0.4 says no and does it: the recorded logins afterwards succeed.
    const done = found?.status === 200 || (isChange && this.options.version === '2.0.4');
    if (done && (!before || isChange))
      this.cluster.password = query.get('newPassword') ?? form.get('password') ?? undefined;
    return found;
  }

  private identityOf({ headers }: IncomingMessage): Exchange['identity'] {
    const { key, value } = this.identity;
    const shown = headers[key.toLowerCase()];
    return shown === undefined ? 'none' : shown === value ? 'right' : 'wrong';
  }

  /** Of all groups at once: transferLeader and removePeer. */
  private operateRaft(content: string): string {
    const { command, value = '' } = JSON.parse(content) as { command?: string; value?: string };
    const host = value.replace(/:\d+$/, '');
    if (command === 'removePeer') this.cluster.peers.delete(host);
    else this.cluster.leader = host;
    return '{"code":200,"message":null,"data":null}';
  }

  /** The recorded body; of a member with its name, and its peers in the place of the one that a single server has. */
  private answered(body: unknown): string {
    const { host, version, says = version } = this.options;
    const { leader = '', peers } = this.cluster;
    const recorded = typeof body === 'string' ? body : JSON.stringify(body);
    const json = recorded.replaceAll(`"version":"${version}"`, `"version":"${says}"`);
    const stated = this.state ? json.replaceAll('"state":"UP"', `"state":"${this.state}"`) : json;
    if (!host) return stated;
    const raft = JSON.stringify([...peers].map((peer) => `${peer}:7848`));
    return stated
      .replaceAll(/"leader":"[^"]*"/g, `"leader":"${leader}:7848"`)
      .replaceAll(/"raftGroupMember":\[[^\]]*\]/g, `"raftGroupMember":${raft}`)
      .replaceAll(/"ip":"[^"]*"/g, `"ip":"${host}"`)
      .replaceAll(/"address":"[^"]*"/g, `"address":"${host}:8848"`);
  }
}

function written(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** What servers of a version were asked and answered, see record.ts. */
export function recording(version: string): Recording {
  return JSON.parse(readFileSync(join(__dirname, 'recordings', `${version}.json`), 'utf8')) as Recording;
}
