import type { ActContext, Controller, EventNote, GeneratedSecret } from '../controller.js';
import { apiVersionOf, type Kind } from '../kinds.js';
import { type KubernetesObject, keyOf, type Stored } from '../object.js';
import { actContext } from './act-context.js';
import type { Api } from './api.js';
import { ApiError } from './api-error.js';
import type { Cache } from './caches.js';
import { changed } from './changed.js';
import { leavesOut, ownsAll, settle } from './changes.js';
import { creatorOf, handOver } from './creation.js';
import { kindOf } from './endpoint.js';
import type { KnownChildren } from './known-children.js';
import { makeSecret } from './make-secret.js';
import { type Entry, takeOwnedFields } from './managed-fields.js';
import { type Desired, isOurs } from './ownership.js';
import type { Parent, PassCluster } from './pass.js';
import { nameTaken } from './problem.js';
import type { Status } from './status.js';

/** Of a hand-over, while others keep writing the same object. */
const mostAttempts = 5;

/** Reads from caches, writes through the API server and shows what was written in the caches. */
export class CachedCluster implements PassCluster {
  readonly find: PassCluster['find'];
  readonly ownedFields: PassCluster['ownedFields'];
  readonly ownedBy: PassCluster['ownedBy'];
  readonly children: PassCluster['children'];
  private readonly finalizer: string;

  constructor(
    private readonly controller: Controller,
    private readonly parents: Cache,
    private readonly known: KnownChildren,
    private readonly api: Api,
    readonly report: (parent: Parent, note: EventNote) => void,
  ) {
    this.find = (child) => known.find(child);
    this.ownedFields = (object) => known.ownedFields(object);
    this.ownedBy = (parent) => known.ownedBy(parent);
    this.children = (parent) => known.children(parent);
    const { group, kind } = controller.resource;
    this.finalizer = `${group}/${kind.toLowerCase()}`;
  }

  async create(parent: Parent, desired: Desired): Promise<void> {
    const creator = creatorOf(this.controller.fieldManager, desired);
    try {
      const created = this.show(desired, await this.api.create(this.kindOf(desired), desired, undefined, creator));
      // Two items of a list with the same key, which a POST takes: an apply says what is wrong.
      if (!ownsAll(desired, this.known.ownedFields(created))) await this.update(desired, created);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      const live = await this.look(desired);
      // Gone again, or on its way out: the next attempt creates it.
      if (!live || live.metadata.deletionTimestamp) throw error;
      if (!isOurs(this.controller, parent, live)) throw nameTaken(live);
      await this.update(desired, live, takeOwnedFields(live, this.controller.fieldManager));
    }
  }

  /** The uid makes sure that it is still the object that we know. */
  async update(desired: Desired, live: Stored, owned = this.known.ownedFields(live)): Promise<void> {
    const body = { ...desired, metadata: { ...desired.metadata, uid: live.metadata.uid } };
    if (leavesOut(desired, owned)) await this.handOver(desired);
    try {
      await this.apply(desired, body);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      await this.replaceLists(body).catch(() => {
        throw error;
      });
      await this.apply(desired, body);
    }
  }

  /**
   * An apply leaves in a list what others put there, such as a port of a Service that was given another number, under the name of ours.
   * Where the API server takes no such mixture, the lists become ours as a whole; a field that cannot change at all is refused here too.
   */
  private async replaceLists(body: Desired): Promise<void> {
    const { apiVersion: _version, kind: _kind, metadata, ...content } = body;
    const { name, namespace, uid } = metadata;
    await this.api.patch(this.kindOf(body), name, { metadata: { uid }, ...content }, namespace);
  }

  /** From a version that nobody has changed since: there is no other way to write managedFields. */
  private async handOver(desired: Desired, attempt = 1): Promise<void> {
    const live = await this.look(desired);
    const managedFields = handOver((live?.metadata.managedFields ?? []) as Entry[], this.controller.fieldManager);
    if (!live || !managedFields) return;
    const { name, namespace, uid, resourceVersion } = live.metadata;
    const patch = { metadata: { uid, resourceVersion, managedFields } };
    try {
      await this.api.patch(this.kindOf(desired), name, patch, namespace);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || attempt === mostAttempts) throw error;
      await this.handOver(desired, attempt + 1);
    }
  }

  async remove(live: Stored): Promise<void> {
    const goes = await this.api.delete(this.kindOf(live), live);
    if (goes) this.known.cacheOf(live)?.store.markDeleted(live, { quiet: true });
  }

  makeSecret({ metadata }: Parent, secret: GeneratedSecret): Promise<boolean> {
    return makeSecret(this.api, secret, metadata.namespace);
  }

  context(signal: AbortSignal): ActContext {
    return actContext(this.api, (kind) => this.cachesOf(kind), signal);
  }

  hasFinalizer({ metadata }: Parent): boolean {
    return metadata.finalizers?.includes(this.finalizer) ?? false;
  }

  /** Server-side apply of a list to which others add: nobody's finalizer gets lost. */
  async setFinalizer(parent: Parent, present: boolean): Promise<Parent> {
    const finalizers = present ? [this.finalizer] : [];
    const { resource } = this.controller;
    const answer = await this.api.apply(resource, identify(parent, { finalizers }));
    const left = !present && this.hasFinalizer(answer as Parent) ? await this.takeFinalizer(answer as Parent) : answer;
    return this.parents.wrote(left as Stored) as Parent;
  }

  /** Of an object that somebody created with it, such as from a backup: an apply leaves what it never owned. */
  private takeFinalizer({ metadata: { name, namespace, uid, resourceVersion, finalizers } }: Parent) {
    const others = finalizers?.filter((finalizer) => finalizer !== this.finalizer);
    const patch = { metadata: { uid, resourceVersion, finalizers: others } };
    return this.api.patch(this.controller.resource, name, patch, namespace);
  }

  ownedStatus(parent: Parent) {
    return this.parents.store.ownedFields(parent).status;
  }

  async writeStatus(parent: Parent, status: Status): Promise<void> {
    const { resource } = this.controller;
    try {
      const answer = await this.api.apply(resource, { ...identify(parent), status } as KubernetesObject, 'status');
      this.parents.wrote(answer as Stored, { quiet: !editedSince(parent, answer as Parent) });
    } catch (error) {
      // The object went away: there is nothing to say about it any more.
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }

  private async apply(desired: Desired, body: Desired): Promise<void> {
    const stored = this.show(desired, await this.api.apply(this.kindOf(desired), body));
    settle(this.controller, desired, this.known.ownedFields(stored).object);
  }

  private show(desired: Desired, answer: Stored): Stored {
    return this.known.cacheOf(desired)?.wrote(answer) ?? answer;
  }

  private cachesOf(kind: Kind): Cache[] {
    const { resource } = this.controller;
    const isParent = kind.plural === resource.plural && apiVersionOf(kind) === resource.apiVersion;
    return [...this.known.cachesOf(kind), ...(isParent ? [this.parents] : [])];
  }

  /** By a list: the verb that the watch needs anyway. */
  private async look({ metadata: { name, namespace }, ...child }: Desired): Promise<Stored | undefined> {
    const kind = this.kindOf({ ...child, metadata: { name } });
    const [live] = await this.api.list(kind, { namespace, fieldSelector: `metadata.name=${name}` });
    return live;
  }

  private kindOf(object: KubernetesObject) {
    const kind = kindOf(object, Object.values(this.controller.owns));
    if (!kind)
      throw new Error(
        `${object.kind} ${keyOf(object)} is of a kind that controller ${this.controller.name} does not own`,
      );
    return kind;
  }
}

/** Whether an answer shows what the pass has not seen: the watch, which brings it later, will have no news for the cache. */
function editedSince(parent: Parent, answer: Parent): boolean {
  const asked = (object: Parent): Stored => ({ ...object, status: undefined }) as Stored;
  return changed(asked(parent), asked(answer));
}

function identify(
  { apiVersion, kind, metadata: { name, namespace, uid } }: Parent,
  metadata: object = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace, uid, ...metadata } };
}
