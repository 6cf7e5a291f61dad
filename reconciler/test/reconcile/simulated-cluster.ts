import type { Children, Controller, Kinds } from '../../src/controller.js';
import { describeObject, type KubernetesObject, type Stored } from '../../src/object.js';
import type { Cluster, ReportedNote } from '../../src/reconcile/cluster.js';
import type { FieldSet } from '../../src/reconcile/field-set.js';
import type { Owner } from '../../src/reconcile/owner.js';
import { controllerOf, type Desired } from '../../src/reconcile/ownership.js';
import type { Status } from '../../src/reconcile/status.js';

/** The cluster of one object in memory: what is written is there at once. */
export class SimulatedCluster implements Cluster {
  readonly objects = new Map<string, Stored>();
  /** In order, such as `ConfigMap shop/web`. */
  readonly writes: string[] = [];
  readonly notes: ReportedNote[] = [];
  /** What writing a child answers instead of doing so. */
  refuse: (child: KubernetesObject) => Error | undefined = () => undefined;
  refusal: string | undefined;
  /** What writing a status answers instead of doing so. */
  refuseStatus: (status: Status) => Error | undefined = () => undefined;
  private uids = 0;

  constructor(
    readonly controller: Controller,
    public owner: Owner,
  ) {}

  get status(): Status {
    return (this.owner.status ?? {}) as Status;
  }

  condition(type: string) {
    return this.status.conditions?.find((condition) => condition.type === type);
  }

  /** An object with another owner. */
  add(object: KubernetesObject): void {
    this.objects.set(describeObject(object), this.stored(object as Desired));
  }

  latest(): Owner {
    return this.owner;
  }

  find(child: KubernetesObject): Stored | undefined {
    return this.objects.get(describeObject(child));
  }

  ownedFields({ metadata, ...rest }: Stored) {
    const { labels = {}, annotations = {} } = metadata;
    return { object: fieldsOf({ ...rest, metadata: { labels, annotations } }) };
  }

  ownedBy(owner: Stored): Stored[] {
    return [...this.objects.values()].filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
  }

  children(): Children<Kinds> {
    const { owns, reads = {} } = this.controller;
    const own = this.ownedBy(this.owner);
    const named = Object.entries(owns).map(([name, { kind }]) => [name, own.filter((object) => object.kind === kind)]);
    return Object.fromEntries([...named, ...Object.keys(reads).map((name) => [name, []])]);
  }

  async write(_owner: Owner, desired: Desired): Promise<void> {
    const error = this.refuse(desired);
    if (error) throw error;
    this.writes.push(describeObject(desired));
    this.objects.set(describeObject(desired), this.stored(desired, this.find(desired)));
  }

  async remove(live: Stored): Promise<boolean> {
    return this.objects.delete(describeObject(live));
  }

  async setFinalizer(owner: Owner, present: boolean): Promise<Owner> {
    const metadata = { ...owner.metadata, finalizers: present ? ['ours'] : [] };
    this.owner = { ...owner, metadata };
    return this.owner;
  }

  hasFinalizer({ metadata }: Owner): boolean {
    return metadata.finalizers?.includes('ours') ?? false;
  }

  async writeStatus(_owner: Owner, status: Status): Promise<Status | undefined> {
    const error = this.refuseStatus(status);
    if (error) throw error;
    if (JSON.stringify(status) === JSON.stringify(this.owner.status)) return undefined;
    this.owner = { ...this.owner, status } as Owner;
    return status;
  }

  async refusedPods(): Promise<string | undefined> {
    return this.refusal;
  }

  report(_owner: Owner, note: ReportedNote): void {
    this.notes.push(note);
  }

  context() {
    return {} as ReturnType<Cluster['context']>;
  }

  private stored(object: Desired, before?: Stored): Stored {
    const uid = before?.metadata.uid ?? `uid-${this.uids++}`;
    return { ...object, metadata: { ...object.metadata, uid, resourceVersion: `${this.writes.length}` } };
  }
}

/** As managedFields have them, of lists without keys. */
function fieldsOf(value: unknown): FieldSet {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [`f:${name}`, fieldsOf(field)]));
}
