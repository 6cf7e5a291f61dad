import type { Cache } from '../cache/caches.js';
import type { Api } from '../client/api.js';
import type { Controller } from '../controller.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import { entriesOf } from '../reconcile/managed-fields.js';
import type { Owner } from '../reconcile/owner.js';
import { Rivals } from './rivals.js';

/** Sets and takes away the finalizer of a controller's objects, and shows the answers in the cache. */
export class FinalizerWriter {
  private readonly name: string;
  private readonly rivals: Rivals;
  private readonly api: Api;

  constructor(
    private readonly controller: Controller,
    private readonly owners: Cache,
    api: Api,
    now: () => number,
  ) {
    const { group, kind } = controller.resource;
    this.name = `${group}/${kind.toLowerCase()}`;
    this.api = api.as('finalizer');
    this.rivals = new Rivals(now, {
      undone: 'taken away',
      unnamed: 'another writer, which an audit log names',
      remedy: 'let that leave metadata.finalizers as it is; without ours nothing is done for the object',
    });
  }

  isOn({ metadata }: Owner): boolean {
    return metadata.finalizers?.includes(this.name) ?? false;
  }

  /** @throws RivalError while it is left to others, who kept taking it away */
  async add(owner: Owner): Promise<Owner> {
    const finalizer = `finalizer ${this.name} of ${describeObject(owner)}`;
    await this.rivals.check(finalizer, () => this.othersOf(owner));
    const answer = await this.apply(owner, [this.name]);
    // A new object gets it for the first time; another one of its name is another matter.
    if ((owner.status?.observedGeneration ?? -1) > 0) this.rivals.wrote(finalizer, owner.metadata.uid);
    return this.owners.wrote(answer) as Owner;
  }

  async remove(owner: Owner): Promise<Owner> {
    const answer = await this.apply(owner, []);
    return this.owners.wrote(this.isOn(answer as Owner) ? await this.takeFrom(answer as Owner) : answer) as Owner;
  }

  /** Server-side apply of a list to which others add: no finalizer gets lost. */
  private apply(owner: Owner, finalizers: readonly string[]): Promise<Stored> {
    const { apiVersion, kind, metadata } = owner;
    const { name, namespace, uid } = metadata;
    const body: KubernetesObject = {
      apiVersion,
      kind,
      metadata: { name, namespace, uid, finalizers: [...finalizers] },
    };
    return this.api.apply(this.controller.resource, body);
  }

  /** Of an object that was created with it, such as from a backup: an apply leaves what it never owned. */
  private takeFrom({ metadata: { name, namespace, uid, resourceVersion, finalizers } }: Owner): Promise<Stored> {
    const others = finalizers?.filter((finalizer) => finalizer !== this.name);
    const patch = { metadata: { uid, resourceVersion, finalizers: others } };
    return this.api.patch(this.controller.resource, name, patch, namespace);
  }

  /** Field managers that have written to the object: of what one has taken away it is no owner. */
  private async othersOf({ metadata: { name, namespace } }: Owner): Promise<readonly string[]> {
    const live = await this.api.find(this.controller.resource, name, namespace);
    const { fieldManager } = this.controller;
    const isOurs = (manager: string) => manager === fieldManager || manager.startsWith(`${fieldManager}-`);
    const others = (live ? entriesOf(live) : []).filter(({ subresource }) => !subresource);
    const names = [...new Set(others.flatMap(({ manager }) => (manager && !isOurs(manager) ? [manager] : [])))].sort();
    return names.length > 1 ? [`one of ${names.join(', ')}`] : names;
  }
}
