import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { ApiError, ConnectionError } from '../../src/client/api-error.js';
import type { Client, Method, RequestOptions } from '../../src/client/client.js';
import type { Stored } from '../../src/object.js';
import type { FieldSet } from '../../src/reconcile/field-set.js';
import type { Entry } from '../../src/reconcile/managed-fields.js';

type Anything = Record<string, unknown>;
type Meta = Omit<Stored['metadata'], 'managedFields'> & { managedFields?: Entry[] };
export interface Item {
  readonly apiVersion: string;
  readonly kind: string;
  metadata: Meta;
  spec?: unknown;
  data?: Record<string, string>;
  status?: unknown;
}

/** How the next request fares. */
export type Fate = 'done' | 'lost before' | 'lost after' | 'refused';

interface Change {
  readonly version: number;
  readonly before?: Item;
  readonly after?: Item;
}

/**
 * An API server in memory with what controllers ask of it: lists, watches, field managers, conflicts. Nothing moves by
 * itself: a request that arrives, an answer and an event of a watch are moves, made when a test says so, in the order
 * that it says.
 */
export class MemoryServer {
  private version = 100;
  private uids = 0;
  /** By collection and key. */
  private readonly items = new Map<string, Map<string, Item>>();
  private readonly changes = new Map<string, Change[]>();
  private clients: MemoryClient[] = [];
  /** Collections without a definition. */
  private readonly unserved = new Set<string>();
  /** Collections that may not be read. */
  readonly forbidden = new Set<string>();
  /** Requests that changed something. */
  writes = 0;

  client(): MemoryClient {
    const client = new MemoryClient(this);
    this.clients.push(client);
    return client;
  }

  /** A process is killed: what it has sent may arrive, what it would be answered goes nowhere. */
  kill(client: MemoryClient, sentArrives: boolean): void {
    this.clients = this.clients.filter((other) => other !== client);
    client.kill(sentArrives);
  }

  get moves(): ((fate: Fate) => void)[] {
    return [...this.clients.flatMap((client) => client.moves), ...this.garbage()];
  }

  /** A definition is deleted: its objects go, then the watches end. */
  undefine(collection: string): void {
    for (const { metadata } of this.list(collection)) this.remove(collection, metadata.name);
    this.unserved.add(collection);
  }

  define(collection: string): void {
    this.unserved.delete(collection);
  }

  serves(collection: string): boolean {
    return !this.unserved.has(collection);
  }

  list(collection: string): Item[] {
    return [...(this.items.get(collection)?.values() ?? [])];
  }

  get(collection: string, name: string): Item | undefined {
    return this.items.get(collection)?.get(name);
  }

  get now(): number {
    return this.version;
  }

  since(collection: string, version: number): Change[] {
    return (this.changes.get(collection) ?? []).filter((change) => change.version > version);
  }

  /** A user creates or edits an object. Fields that it changes are no longer those of others. */
  edit(collection: string, name: string, change: Partial<Item>): void {
    const before = this.get(collection, name);
    if (!before) return;
    const after = { ...structuredClone(before), ...change };
    if (!isDeepStrictEqual(before.data, after.data)) {
      for (const entry of after.metadata.managedFields ?? []) {
        const fields = entry.fieldsV1 as Record<string, Record<string, FieldSet>> | undefined;
        const data = fields?.['f:data'];
        for (const key of Object.keys(data ?? {})) {
          const field = key.slice(2);
          if (before.data?.[field] !== after.data?.[field]) delete data![key];
        }
        // An empty set would say that all of it is owned.
        if (data && Object.keys(data).length === 0) delete fields['f:data'];
      }
    }
    this.store(collection, name, after);
  }

  create(collection: string, body: Item, manager = 'kubectl', operation = 'Update'): Item {
    if (this.get(collection, body.metadata.name)) throw new ApiError('POST', 409, 'AlreadyExists', 'exists');
    const item = structuredClone(body);
    const managedFields = [{ manager, operation, fieldsV1: fieldsOf(body) }];
    item.metadata = { ...item.metadata, namespace: 'shop', uid: `uid-${this.uids++}`, managedFields };
    return this.store(collection, body.metadata.name, item);
  }

  remove(collection: string, name: string): void {
    const before = this.get(collection, name);
    if (!before) return;
    this.version++;
    this.writes++;
    this.items.get(collection)!.delete(name);
    const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.version) } };
    this.record(collection, { version: this.version, before: last });
  }

  /** Objects without their owner, to be collected. */
  private garbage(): (() => void)[] {
    const all = [...this.items].flatMap(([collection, items]) =>
      [...items.values()].map((item) => ({ collection, item })),
    );
    const uids = new Set(all.map(({ item }) => item.metadata.uid));
    const orphans = all.filter(({ item }) => item.metadata.ownerReferences?.some(({ uid }) => !uids.has(uid)));
    return orphans.map(
      ({ collection, item }) =>
        () =>
          this.remove(collection, item.metadata.name),
    );
  }

  /** @throws ApiError */
  carryOut(method: Method, path: string, { query = {}, body, contentType }: RequestOptions): unknown {
    if (path.endsWith('/v1')) return { resources: [] };
    const [, collection = '', name = '', sub] =
      /^(.*\/namespaces\/shop\/[a-z]+|.*\/v1\/[a-z]+)(?:\/([^/]+))?(\/status)?$/.exec(path)!;
    const plain = collection.replace('/namespaces/shop', '');
    if (!this.serves(plain)) throw notServed(method);
    const manager = String(query.fieldManager ?? '');
    const given = structuredClone(body) as Item;
    if (method === 'GET' && this.forbidden.has(plain)) throw new ApiError(method, 403, 'Forbidden', 'not allowed');
    if (method === 'GET' && !name) return this.page(plain, query);
    if (method === 'POST') return this.create(plain, given, manager);
    const live = this.get(plain, name);
    if (method === 'GET') {
      if (live) return structuredClone(live);
      throw new ApiError(method, 404, 'NotFound', 'not found');
    }
    const { uid, resourceVersion } =
      method === 'DELETE' ? (body as { preconditions: Partial<Meta> }).preconditions : (given.metadata ?? {});
    const isApply = contentType?.includes('apply');
    if (!live && isApply && !uid) return this.create(plain, given, manager, 'Apply');
    if (!live) throw new ApiError(method, isApply ? 409 : 404, 'NotFound', 'not found');
    if (uid && uid !== live.metadata.uid) throw new ApiError(method, 409, 'Conflict', 'another object');
    if (resourceVersion && resourceVersion !== live.metadata.resourceVersion)
      throw new ApiError(method, 409, 'Conflict', 'another version');
    if (method === 'DELETE') return this.remove(plain, name);
    if (sub) return this.store(plain, name, withStatus(live, given, manager));
    if (isApply) return this.store(plain, name, applied(live, given, manager));
    return this.store(plain, name, merge(live, given) as Item);
  }

  private page(collection: string, { labelSelector, fieldSelector }: NonNullable<RequestOptions['query']>) {
    const wanted = /^metadata.name=(.*)$/.exec(String(fieldSelector ?? ''))?.[1];
    const items = this.list(collection).filter(
      (item) => selects(labelSelector, item) && (wanted === undefined || item.metadata.name === wanted),
    );
    return structuredClone({
      apiVersion: items[0]?.apiVersion ?? 'v1',
      kind: `${items[0]?.kind ?? ''}List`,
      metadata: { resourceVersion: String(this.version) },
      items,
    });
  }

  private store(collection: string, name: string, item: Item): Item {
    const items = this.items.get(collection) ?? new Map<string, Item>();
    this.items.set(collection, items);
    const before = items.get(name);
    if (before && isDeepStrictEqual(before, item)) return structuredClone(before);
    this.version++;
    this.writes++;
    const changed = !isDeepStrictEqual(before?.spec, item.spec);
    const generation = (before?.metadata.generation ?? 0) + (changed ? 1 : 0);
    const metadata = { ...item.metadata, resourceVersion: String(this.version), generation };
    const after = { ...item, metadata };
    items.set(name, after);
    this.record(collection, { version: this.version, ...(before && { before }), after });
    return structuredClone(after);
  }

  private record(collection: string, change: Change): void {
    const changes = this.changes.get(collection);
    if (changes) changes.push(change);
    else this.changes.set(collection, [change]);
  }
}

interface Watch {
  readonly collection: string;
  readonly selector: unknown;
  readonly stream: Readable;
  version: number;
}

/** The connection of one process. */
export class MemoryClient {
  private requests: ((fate: Fate) => void)[] = [];
  private watches: Watch[] = [];

  constructor(private readonly server: MemoryServer) {}

  get asClient(): Client {
    return this as unknown as Client;
  }

  get moves(): ((fate: Fate) => void)[] {
    const news = this.watches.filter((watch) => this.nextOf(watch));
    return [...this.requests, ...news.map((watch) => (fate: Fate) => this.deliver(watch, fate))];
  }

  kill(sentArrives: boolean): void {
    if (sentArrives) for (const request of this.requests) request('lost after');
    this.requests = [];
    this.watches = [];
  }

  request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.add((fate) => {
        const lost = new ConnectionError('reset');
        let answer: () => void;
        try {
          options.guard?.();
          if (fate === 'lost before') throw lost;
          if (fate === 'refused') throw new ApiError(method, 503, 'ServiceUnavailable', 'too busy');
          const result = this.server.carryOut(method, path, options) as T;
          if (fate === 'lost after') throw lost;
          answer = () => resolve(result);
        } catch (error) {
          answer = () => reject(error);
        }
        this.add(answer);
      });
    });
  }

  async stream(path: string, { query = {}, signal }: RequestOptions): Promise<IncomingMessage> {
    const stream = Object.assign(new Readable({ read() {} }), { setTimeout() {} });
    const [collection = '', selector] = [path.replace('/namespaces/shop', ''), query.labelSelector];
    if (!this.server.serves(collection)) throw notServed('GET');
    const watch: Watch = { collection, selector, stream, version: Number(query.resourceVersion) };
    this.watches.push(watch);
    signal?.addEventListener('abort', () => stream.destroy());
    return stream as unknown as IncomingMessage;
  }

  private add(move: (fate: Fate) => void): void {
    const once = (fate: Fate) => {
      this.requests = this.requests.filter((other) => other !== once);
      move(fate);
    };
    this.requests.push(once);
  }

  private nextOf({ collection, selector, version }: Watch) {
    for (const { before, after, ...change } of this.server.since(collection, version)) {
      const [was, is] = [before && selects(selector, before), after && selects(selector, after)];
      if (is) return { version: change.version, type: was ? 'MODIFIED' : 'ADDED', object: after };
      if (!was || !before) continue;
      const metadata = { ...before.metadata, resourceVersion: String(change.version) };
      return { version: change.version, type: 'DELETED', object: { ...before, metadata } };
    }
    return this.server.serves(collection) ? undefined : { version, type: 'END', object: undefined };
  }

  private deliver(watch: Watch, fate: Fate): void {
    const next = this.nextOf(watch)!;
    if (next.type === 'END') {
      this.watches = this.watches.filter((other) => other !== watch);
      watch.stream.push(null);
      return;
    }
    if (fate === 'done') {
      watch.version = next.version;
      watch.stream.push(`${JSON.stringify({ type: next.type, object: next.object })}\n`);
      return;
    }
    this.watches = this.watches.filter((other) => other !== watch);
    if (fate === 'refused') watch.stream.push(`${JSON.stringify({ type: 'ERROR', object: { code: 410 } })}\n`);
    else watch.stream.destroy(new Error('reset'));
  }
}

function notServed(method: Method): ApiError {
  return new ApiError(method, 404, 'Http404', 'HTTP 404: 404 page not found');
}

function selects(selector: unknown, { metadata }: Item): boolean {
  const [name = '', value] = String(selector ?? '').split('=');
  return selector === undefined || metadata.labels?.[name] === value;
}

/** Without what identifies the object. */
function fieldsOf({ apiVersion: _version, kind: _kind, metadata, status: _status, ...rest }: Item): FieldSet {
  const { name, namespace, uid, resourceVersion, managedFields, ...meta } = metadata;
  return fieldSet({ ...rest, metadata: meta });
}

function fieldSet(value: unknown): FieldSet {
  if (Array.isArray(value))
    return Object.fromEntries(
      value.map((item) => [
        typeof item === 'object'
          ? `k:${JSON.stringify('type' in item ? { type: item.type } : { uid: item.uid })}`
          : `v:${JSON.stringify(item)}`,
        fieldSet(item),
      ]),
    );
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [`f:${name}`, fieldSet(field)]));
}

function withStatus(live: Item, { status }: Item, manager: string): Item {
  const others = (live.metadata.managedFields ?? []).filter(({ subresource }) => subresource !== 'status');
  const entry = { manager, operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': fieldSet(status) } };
  return {
    ...live,
    status: JSON.parse(JSON.stringify(status)),
    metadata: { ...live.metadata, managedFields: [...others, entry] },
  };
}

/** What the manager applied before and leaves out now goes. */
function applied(live: Item, body: Item, manager: string): Item {
  const entries = live.metadata.managedFields ?? [];
  const isOurs = (entry: Entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
  const fieldsV1 = fieldsOf(body);
  const before = entries.find(isOurs)?.fieldsV1 ?? {};
  const item = merge(live, body) as Item;
  removeMissing(item as unknown as Anything, before, fieldsV1);
  const managedFields = [...entries.filter((entry) => !isOurs(entry)), { manager, operation: 'Apply', fieldsV1 }];
  return { ...item, metadata: { ...item.metadata, managedFields } };
}

function removeMissing(target: Anything, before: FieldSet, after: FieldSet): void {
  for (const [path, fields] of Object.entries(before)) {
    const name = path.slice(2);
    if (!path.startsWith('f:')) continue;
    if (!after[path]) delete target[name];
    else if (typeof target[name] === 'object') removeMissing(target[name] as Anything, fields, after[path]);
  }
}

function merge(live: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Anything = { ...(live as Anything) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (name !== 'resourceVersion' && name !== 'generation') merged[name] = merge(merged[name], value);
  }
  return merged;
}
