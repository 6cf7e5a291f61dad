import { ApiError } from '../client/api-error.js';
import type { ActContext, Children, Controller, Kinds } from '../controller.js';
import { equal } from '../equal.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import type { Cluster, ReportedNote } from '../reconcile/cluster.js';
import type { Owner } from '../reconcile/owner.js';
import { controllerOf, type Desired } from '../reconcile/ownership.js';
import type { Status } from '../reconcile/status.js';
import { groupOf, keyOf } from './child-changes.js';
import { ready } from './ready.js';

/** The parts of a `World` that the model goes by. */
export interface Surroundings {
  readonly reads?: Children<Kinds> | undefined;
  settle?: ((child: Stored) => Stored) | undefined;
  admit?: ((child: KubernetesObject, isNew: boolean) => Promise<KubernetesObject | string | undefined>) | undefined;
}

/** The cluster around one object, in memory: what is written is there at once, and ready. */
export class ModelCluster implements Cluster {
  private readonly objects = new Map<string, Stored>();
  private readonly removed = new Set<string>();
  /** Children as they were applied, without what the API server fills in. */
  private readonly applied = new Map<string, KubernetesObject>();
  /** Whether children are refused that the API server would refuse. */
  heedsRefusals = false;
  /** Whether the first generations of children are known, so that later ones can be counted. */
  countsGenerations = true;
  /** Grows with every change. */
  changes = 0;
  readonly notes: ReportedNote[] = [];

  constructor(
    private readonly controller: Controller,
    public owner: Owner,
    live: readonly KubernetesObject[],
    private readonly surroundings: Surroundings,
  ) {
    for (const object of live) this.objects.set(keyOf(object), object as Stored);
  }

  get all(): readonly Stored[] {
    return [...this.objects.values()];
  }

  latest(): Owner {
    return this.owner;
  }

  find(child: KubernetesObject): Stored | undefined {
    return this.objects.get(keyOf(child));
  }

  /** Everything: the digest shows whether a child is as desired. */
  ownedFields() {
    return { object: {} };
  }

  ownedBy({ metadata }: Stored): Stored[] {
    return this.all.filter((object) => controllerOf(object)?.uid === metadata.uid);
  }

  children(owner: Owner): Children<Kinds> {
    const { owns, reads = {} } = this.controller;
    const own = this.ownedBy(owner);
    const owned = Object.entries(owns).map(([name, { group, kind }]) => [
      name,
      own.filter((child) => child.kind === kind && groupOf(child) === group),
    ]);
    const read = Object.keys(reads).map((name) => [name, this.surroundings.reads?.[name] ?? []]);
    return Object.fromEntries([...owned, ...read]);
  }

  async write(_owner: Owner, desired: Desired): Promise<void> {
    const { settle = ready } = this.surroundings;
    const answer = await this.admit(desired);
    const isRefused = typeof answer === 'string';
    if (isRefused && this.heedsRefusals) throw new ApiError('PATCH', 422, 'Invalid', answer);
    const before = this.find(desired);
    const made = { ...((!isRefused && answer) || desired), apiVersion: desired.apiVersion, kind: desired.kind };
    const { uid = describeObject(desired) } = before?.metadata ?? {};
    const generation = this.countsGenerations ? { generation: nextGeneration(made, before) } : {};
    const metadata = { ...desired.metadata, uid, ...generation, resourceVersion: `${++this.changes}` };
    this.applied.set(keyOf(desired), desired);
    this.objects.set(keyOf(desired), settle({ ...made, metadata }));
  }

  /** What the API server would make of a child. */
  async admit(desired: Desired): Promise<KubernetesObject | string | undefined> {
    return this.surroundings.admit?.(desired, this.removed.has(keyOf(desired)));
  }

  /** A child as it was applied, where that was in this plan. */
  asApplied(live: Stored): Stored {
    return (this.applied.get(keyOf(live)) ?? live) as Stored;
  }

  /** Another account of what is there already. */
  put(desired: Desired, { metadata, ...live }: Stored): void {
    const { labels, annotations, ownerReferences } = desired.metadata;
    const { status } = live as { readonly status?: object };
    const now = {
      ...desired,
      metadata: { ...metadata, labels, annotations, ownerReferences },
      ...(status && { status }),
    };
    this.applied.set(keyOf(desired), desired);
    this.objects.set(keyOf(desired), now as Stored);
  }

  async remove(live: KubernetesObject): Promise<boolean> {
    const key = keyOf(live);
    if (!this.objects.delete(key)) return false;
    this.removed.add(key);
    this.changes++;
    return true;
  }

  async setFinalizer(owner: Owner): Promise<Owner> {
    return owner;
  }

  /** Neither set nor, as that would clean up for real, taken away. */
  hasFinalizer({ metadata }: Owner): boolean {
    return !metadata.deletionTimestamp;
  }

  async writeStatus(_owner: Owner, stated: Status, whole: boolean): Promise<Status | undefined> {
    const next = whole ? stated : { ...this.owner.status, ...stated };
    if (equal(next, this.owner.status)) return undefined;
    this.owner = { ...this.owner, status: next };
    this.changes++;
    return next;
  }

  async refusedPods(): Promise<undefined> {
    return undefined;
  }

  report(_owner: Owner, note: ReportedNote): void {
    this.notes.push(note);
  }

  /** Neither `observe` nor `act` of a plan uses it. */
  context(): ActContext {
    return {} as ActContext;
  }
}

/** A change of metadata alone makes no new one. */
function nextGeneration(desired: KubernetesObject, before: Stored | undefined): number {
  const { generation = 0 } = before?.metadata ?? {};
  const isSame = before !== undefined && equal(contentOf(desired), contentOf(before));
  return isSame ? generation : generation + 1;
}

function contentOf(object: KubernetesObject): object {
  const { metadata: _, status: __, ...content } = object as KubernetesObject & { readonly status?: unknown };
  return content;
}
