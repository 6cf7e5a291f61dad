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
  refuse?: ((child: KubernetesObject) => Promise<string | undefined>) | undefined;
}

/** The cluster around one object, in memory: what is written is there at once, and ready. */
export class ModelCluster implements Cluster {
  private readonly objects = new Map<string, Stored>();
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
    const { settle = ready, refuse } = this.surroundings;
    const refusal = await refuse?.(desired);
    if (refusal !== undefined) throw new ApiError('PATCH', 422, 'Invalid', refusal);
    const before = this.find(desired);
    const { generation = 0, uid = describeObject(desired) } = before?.metadata ?? {};
    const metadata = { ...desired.metadata, uid, generation: generation + 1, resourceVersion: `${++this.changes}` };
    this.objects.set(keyOf(desired), settle({ ...desired, metadata }));
  }

  async remove(live: Stored): Promise<void> {
    this.objects.delete(keyOf(live));
    this.changes++;
  }

  async setFinalizer(owner: Owner): Promise<Owner> {
    return owner;
  }

  /** Neither set nor, as that would clean up for real, taken away. */
  hasFinalizer({ metadata }: Owner): boolean {
    return !metadata.deletionTimestamp;
  }

  async writeStatus(_owner: Owner, next: Status): Promise<Status | undefined> {
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
