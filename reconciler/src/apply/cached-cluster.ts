import type { Cache } from '../cache/caches.js';
import type { KnownChildren } from '../cache/known-children.js';
import type { Api } from '../client/api.js';
import type { ActContext, Controller } from '../controller.js';
import { TerminalError } from '../errors.js';
import { apiVersionOf, type Kind } from '../kind.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import type { Cluster, ReportedNote } from '../reconcile/cluster.js';
import type { Owner } from '../reconcile/owner.js';
import type { Desired } from '../reconcile/ownership.js';
import type { Status } from '../reconcile/status.js';
import { actContext } from './act-context.js';
import { ChildWriter, ownedKind } from './child-writer.js';
import { NamespacesEnding } from './namespaces-ending.js';
import { RefusedPods } from './refused-pods.js';
import { StatusWriter } from './status-writer.js';

/** Reads from caches, writes through the API server and shows what was written in the caches. */
export class CachedCluster implements Cluster {
  readonly find: Cluster['find'];
  readonly ownedFields: Cluster['ownedFields'];
  readonly ownedBy: Cluster['ownedBy'];
  readonly children: Cluster['children'];
  private readonly ending = new NamespacesEnding();
  private readonly refused: RefusedPods;
  private readonly finalizer: string;
  private readonly writer: ChildWriter;
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
    const { group, kind } = controller.resource;
    this.refused = new RefusedPods(api);
    this.writer = new ChildWriter(controller, known, api, now);
    this.statuses = new StatusWriter(controller, owners, api);
    this.finalizer = `${group}/${kind.toLowerCase()}`;
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

  async remove(live: Stored): Promise<void> {
    const goes = await this.api.delete(ownedKind(this.controller, live), live);
    if (goes) this.known.cacheOf(live)?.store.markDeleted(live);
  }

  refusedPods(child: Stored): Promise<string | undefined> {
    return this.refused.of(child);
  }

  context(signal: AbortSignal): ActContext {
    return actContext(this.api.as('act'), (kind) => this.cachesOf(kind), signal);
  }

  hasFinalizer({ metadata }: Owner): boolean {
    return metadata.finalizers?.includes(this.finalizer) ?? false;
  }

  /** Server-side apply of a list to which others add: no finalizer gets lost. */
  async setFinalizer(owner: Owner, present: boolean): Promise<Owner> {
    const finalizers = present ? [this.finalizer] : [];
    const { resource } = this.controller;
    const api = this.api.as('finalizer');
    const answer = await api.apply(resource, identify(owner, { finalizers }));
    const left = !present && this.hasFinalizer(answer as Owner) ? await this.takeFinalizer(answer as Owner) : answer;
    return this.owners.wrote(left as Stored) as Owner;
  }

  /** Of an object that was created with it, such as from a backup: an apply leaves what it never owned. */
  private takeFinalizer({ metadata: { name, namespace, uid, resourceVersion, finalizers } }: Owner) {
    const others = finalizers?.filter((finalizer) => finalizer !== this.finalizer);
    const patch = { metadata: { uid, resourceVersion, finalizers: others } };
    return this.api.patch(this.controller.resource, name, patch, namespace);
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

function identify(
  { apiVersion, kind, metadata: { name, namespace, uid } }: Owner,
  metadata: object = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace, uid, ...metadata } };
}
