import type { Cache } from '../cache/caches.js';
import type { KnownChildren } from '../cache/known-children.js';
import type { Api } from '../client/api.js';
import type { ActContext, Controller, EventNote, GeneratedSecret } from '../controller.js';
import { apiVersionOf, type Kind } from '../kind.js';
import type { KubernetesObject, Stored } from '../object.js';
import type { Desired } from '../reconcile/ownership.js';
import type { Parent, PassCluster } from '../reconcile/pass.js';
import type { Status } from '../reconcile/status.js';
import { actContext } from './act-context.js';
import { ChildWriter, ownedKind } from './child-writer.js';
import { makeSecret } from './make-secret.js';
import { StatusWriter } from './status-writer.js';

/** Reads from caches, writes through the API server and shows what was written in the caches. */
export class CachedCluster implements PassCluster {
  readonly find: PassCluster['find'];
  readonly ownedFields: PassCluster['ownedFields'];
  readonly ownedBy: PassCluster['ownedBy'];
  readonly children: PassCluster['children'];
  private readonly finalizer: string;
  private readonly writer: ChildWriter;
  private readonly statuses: StatusWriter;

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
    this.writer = new ChildWriter(controller, known, api);
    this.statuses = new StatusWriter(controller, parents, api);
    this.finalizer = `${group}/${kind.toLowerCase()}`;
  }

  write(parent: Parent, desired: Desired, live?: Stored): Promise<void> {
    return this.writer.write(parent, desired, live);
  }

  async remove(live: Stored): Promise<void> {
    const goes = await this.api.delete(ownedKind(this.controller, live), live);
    if (goes) this.known.cacheOf(live)?.store.markDeleted(live);
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

  writeStatus(parent: Parent, status: Status, whole: boolean): Promise<Status | undefined> {
    return this.statuses.write(parent, status, whole);
  }

  private cachesOf(kind: Kind): Cache[] {
    const { resource } = this.controller;
    const isParent = kind.plural === resource.plural && apiVersionOf(kind) === resource.apiVersion;
    return [...this.known.cachesOf(kind), ...(isParent ? [this.parents] : [])];
  }
}

function identify(
  { apiVersion, kind, metadata: { name, namespace, uid } }: Parent,
  metadata: object = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace, uid, ...metadata } };
}
