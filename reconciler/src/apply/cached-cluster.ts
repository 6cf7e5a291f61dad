import type { Cache } from '../cache/caches.js';
import type { KnownChildren } from '../cache/known-children.js';
import type { Api } from '../client/api.js';
import type { ActContext, Controller } from '../controller.js';
import { TerminalError } from '../errors.js';
import { apiVersionOf, type Kind } from '../kind.js';
import { describeObject, type Stored } from '../object.js';
import type { Cluster, ReportedNote } from '../reconcile/cluster.js';
import type { Owner } from '../reconcile/owner.js';
import { controllerOf, type Desired } from '../reconcile/ownership.js';
import type { Status } from '../reconcile/status.js';
import { actContext } from './act-context.js';
import { ChildWriter, ownedKind } from './child-writer.js';
import { FinalizerWriter } from './finalizer-writer.js';
import { NamespacesEnding } from './namespaces-ending.js';
import { RefusedPods } from './refused-pods.js';
import { StatusWriter } from './status-writer.js';

/** Of one removal, while others keep writing the same object. */
const mostAttempts = 3;

/** Reads from caches, writes through the API server and shows what was written in the caches. */
export class CachedCluster implements Cluster {
  readonly find: Cluster['find'];
  readonly ownedFields: Cluster['ownedFields'];
  readonly ownedBy: Cluster['ownedBy'];
  readonly children: Cluster['children'];
  private readonly ending = new NamespacesEnding();
  private readonly refused: RefusedPods;
  private readonly writer: ChildWriter;
  private readonly finalizers: FinalizerWriter;
  private readonly statuses: StatusWriter;

  constructor(
    private readonly controller: Controller,
    private readonly owners: Cache,
    private readonly known: KnownChildren,
    private readonly api: Api,
    readonly report: (owner: Owner, note: ReportedNote) => void,
    /** Milliseconds. */
    now: () => number,
  ) {
    this.find = (child) => known.find(child);
    this.ownedFields = (object) => known.ownedFields(object);
    this.ownedBy = (owner) => known.ownedBy(owner);
    this.children = (owner) => known.children(owner);
    this.refused = new RefusedPods(api);
    this.writer = new ChildWriter(controller, known, api, now);
    this.statuses = new StatusWriter(controller, owners, api);
    this.finalizers = new FinalizerWriter(controller, owners, api, now);
  }

  latest({ metadata: { name, namespace, uid } }: Owner): Owner | undefined {
    const known = this.owners.store.get(name, namespace);
    return known?.metadata.uid === uid ? (known as Owner) : undefined;
  }

  async write(owner: Owner, desired: Desired, live?: Stored): Promise<void> {
    const { namespace } = desired.metadata;
    const cache = this.known.cacheOf(desired);
    const absence = cache?.absence;
    if (absence !== undefined) throw new TerminalError('NotServed', `${describeObject(desired)}: ${absence}`);
    // It would be written blindly again and again, and its end would not be noticed.
    if (cache?.watches(namespace) === false)
      throw new TerminalError(
        'InvalidChild',
        `${describeObject(desired)}: namespace ${namespace} is not watched: add it to watchNamespaces (WATCH_NAMESPACES)`,
      );
    return this.ending.guard(desired.metadata.namespace, () => this.writer.write(owner, desired, live));
  }

  /** Of the version that is known to be ours: others may have given it another owner, or none, meanwhile. */
  async remove(live: Stored): Promise<boolean> {
    const kind = ownedKind(this.controller, live);
    const { name, namespace } = live.metadata;
    const isSame = (found: Stored) => controllerOf(found)?.uid === controllerOf(live)?.uid;
    let found: Stored | undefined = live;
    for (let attempt = 1; found && isSame(found); attempt++) {
      if (await this.api.deleteVersion(kind, found)) {
        this.known.cacheOf(live)?.store.markDeleted(live);
        return true;
      }
      if (attempt === mostAttempts) throw new Error(`${describeObject(live)} is changed by others all the time`);
      found = await this.api.find(kind, name, namespace);
    }
    return false;
  }

  refusedPods(child: Stored): Promise<string | undefined> {
    return this.refused.of(child);
  }

  context(signal: AbortSignal): ActContext {
    return actContext(this.api.as('act'), (kind) => this.cachesOf(kind), signal);
  }

  hasFinalizer(owner: Owner): boolean {
    return this.finalizers.isOn(owner);
  }

  setFinalizer(owner: Owner, present: boolean): Promise<Owner> {
    return present ? this.finalizers.add(owner) : this.finalizers.remove(owner);
  }

  writeStatus(owner: Owner, status: Status, whole: boolean): Promise<Status | undefined> {
    return this.statuses.write(owner, status, whole);
  }

  private cachesOf(kind: Kind): Cache[] {
    const { resource } = this.controller;
    const isOwner = kind.plural === resource.plural && apiVersionOf(kind) === resource.apiVersion;
    return [...this.known.cachesOf(kind), ...(isOwner ? [this.owners] : [])];
  }
}
