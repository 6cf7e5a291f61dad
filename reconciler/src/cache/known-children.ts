import type { Children, Controller, Kinds, ReadKind } from '../controller.js';
import { apiVersionOf, type Kind } from '../kind.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import type { Known } from '../reconcile/changes.js';
import type { OwnedFields } from '../reconcile/managed-fields.js';
import type { Owner } from '../reconcile/owner.js';
import { wordsOf } from '../words.js';
import type { Cache, Caches } from './caches.js';
import { byName, type Listener } from './store.js';

/** The children of one controller's resources, as the caches know them. */
export class KnownChildren implements Known {
  /** By the names in `owns`. */
  private readonly owned: ReadonlyMap<string, Cache>;
  /** By the names in `reads`. */
  private readonly read: ReadonlyMap<string, Cache>;
  private readonly byKind: ReadonlyMap<string, Cache>;

  constructor(
    readonly controller: Controller,
    caches: Caches,
  ) {
    const { owns, reads = {}, fieldManager, label } = controller;
    const selector = label.join('=');
    const children = Object.entries(owns).map(([name, kind]) => ({
      name,
      kind,
      cache: caches.get(kind, fieldManager, selector),
    }));
    this.owned = new Map(children.map(({ name, cache }) => [name, cache]));
    this.byKind = new Map(children.map(({ kind, cache }) => [idOf(apiVersionOf(kind), kind.kind), cache]));
    this.read = new Map(
      Object.entries(reads).map(([name, kind]) => [name, caches.get(kind, fieldManager, kind.labelSelector)]),
    );
  }

  /** Caches without which nothing may be decided, or which may stay empty as long as their kind is not served. */
  get caches(): { readonly required: readonly Cache[]; readonly optional: readonly Cache[] } {
    const { reads = {} } = this.controller;
    const read = [...this.read].map(([name, cache]) => ({ cache, optional: reads[name]?.optional ?? false }));
    const of = (optional: boolean) => read.filter((one) => one.optional === optional).map(({ cache }) => cache);
    return { required: [...this.owned.values(), ...of(false)], optional: of(true) };
  }

  /** Calls with what belongs to a resource, before and after a change. */
  onChange(listener: (before: Stored | undefined, after: Stored | undefined) => void): void {
    for (const { store } of new Set(this.owned.values())) store.listen(listener);
  }

  /** Calls with what is only read. */
  onReadChange(listener: (name: string, ...change: Parameters<Listener>) => void): void {
    for (const [name, { store }] of this.read) store.listen((...change) => listener(name, ...change));
  }

  /** The cache that a child is in. */
  cacheOf({ apiVersion, kind }: KubernetesObject): Cache | undefined {
    return this.byKind.get(idOf(apiVersion, kind));
  }

  /** Every cache of a kind, of what is owned and of what is read. */
  cachesOf(kind: Kind): Cache[] {
    const { owns, reads = {} } = this.controller;
    const of = (kinds: Kinds, caches: ReadonlyMap<string, Cache>) =>
      Object.entries(kinds).flatMap(([name, candidate]) => (sameKind(kind, candidate) ? [caches.get(name)!] : []));
    return [...new Set([...of(owns, this.owned), ...of(reads, this.read)])];
  }

  find(child: KubernetesObject): Stored | undefined {
    return this.cacheOf(child)?.store.get(child.metadata?.name ?? '', child.metadata?.namespace);
  }

  ownedFields(object: Stored): OwnedFields {
    return this.cacheOf(object)?.store.ownedFields(object) ?? {};
  }

  *ownedBy({ metadata }: Stored): Iterable<Stored> {
    for (const { store } of new Set(this.owned.values())) yield* store.ownedBy(metadata.uid);
  }

  children(owner: Owner): Children<Kinds> {
    const { reads = {} } = this.controller;
    const owned = [...this.owned].map(([name, { store }]) => [name, store.ownedBy(owner.metadata.uid)]);
    const read = [...this.read].map(([name, { store }]) => {
      const nearby = store.list(reads[name]?.namespaced ? owner.metadata.namespace : undefined);
      return [name, [...nearby].filter((object) => matches(name, reads[name]!, object, owner)).sort(byName)];
    });
    return Object.fromEntries([...owned, ...read]);
  }
}

function idOf(apiVersion: string | undefined, kind: string | undefined): string {
  return `${apiVersion}/${kind}`;
}

function sameKind(a: Kind, b: Kind): boolean {
  return a.plural === b.plural && apiVersionOf(a) === apiVersionOf(b);
}

/** @throws Error that names the object for which the controller's function fails */
function matches(name: string, reading: ReadKind, object: Stored, owner: Owner): boolean {
  try {
    return reading.matches(object, owner);
  } catch (error) {
    throw new Error(`reads.${name}: matches fails for ${describeObject(object)}: ${wordsOf(error)}`, { cause: error });
  }
}
