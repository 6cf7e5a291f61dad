import type { Action, ConditionStatement, Controller, EventNote, Kinds, ReadKinds } from '../controller.js';
import { equal } from '../equal.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import type { Owner } from '../reconcile/owner.js';
import { asChild, digestAnnotation } from '../reconcile/ownership.js';
import { Reconciler } from '../reconcile/reconcile.js';
import type { Status } from '../reconcile/status.js';
import type { CustomResource } from '../resource.js';
import { type ChildChange, changesOf, keyOf, restartsOf } from './child-changes.js';
import { ModelCluster } from './model-cluster.js';
import type { World } from './world.js';

/** What a controller will do with an object. */
export interface Plan {
  /** Steps that have an event, in order; those that are carried out by children among them. */
  readonly steps: readonly Pick<Action, 'type' | 'message'>[];
  /** Events beside those of the steps. */
  readonly events: readonly EventNote[];
  /** Children that are created, changed or removed; paths only, since values may be secret. */
  readonly children: readonly ChildChange[];
  /** Workloads with pods to replace by a new template, such as `Deployment shop/web`. */
  readonly restarts: readonly string[];
  /** Why children wait on the way, in order. */
  readonly waits: readonly string[];
  /** Why children still wait in the end. Empty if the plan ends well. */
  readonly waiting: readonly string[];
  /** Conditions that only another spec, or another object, takes away. Empty if the plan ends well. */
  readonly refusals: readonly ConditionStatement[];
  /** What is still missing at the end: the message of `Ready` where it is not true. */
  readonly missing?: string;
  /** The object at the end, with its status. */
  readonly object: KubernetesObject;
  /** The children as they are written, without what the API server fills in. They hold secrets where the spec does. */
  readonly rendered: { readonly before: readonly KubernetesObject[]; readonly after: readonly KubernetesObject[] };
}

/** Many times what the largest change takes. */
const mostReconciliations = 2000;

/**
 * Works out what a controller will do with an object, by its own functions: they are called again and again on a model
 * of the cluster in which written children become ready and steps have the effects that `world` gives them, until
 * nothing changes any more. Nothing is written, and nothing asked but `world.admit`.
 *
 * @param object as it is to be
 * @throws Error if nothing comes to rest
 * @example
 *
 * const { children, refusals } = await plan(webServer, larger, { before: current });
 */
export async function plan<
  T extends CustomResource<unknown, unknown>,
  Owned extends Kinds,
  Reads extends ReadKinds,
  Observed,
  A extends Action,
>(
  controller: Controller<T, Owned, Reads, Observed, A>,
  object: T,
  ...[world]: Record<never, never> extends World<T, Owned, Reads, Observed, A>
    ? [world?: World<T, Owned, Reads, Observed, A>]
    : [world: World<T, Owned, Reads, Observed, A>]
): Promise<Plan> {
  const simulation = new Simulation(
    controller as unknown as Controller,
    (world ?? {}) as Anything,
    object as unknown as Owner,
  );
  return simulation.plan();
}

type Anything = World<Owner, Kinds, ReadKinds, unknown, Action>;
type Effect = (observed: unknown, step: Action, remove: (child: KubernetesObject) => void) => unknown;

class Simulation {
  private readonly cluster: ModelCluster;
  private readonly steps: Pick<Action, 'type' | 'message'>[] = [];
  private readonly events: EventNote[] = [];
  private readonly waits = new Set<string>();
  private waiting: readonly string[] = [];
  private readonly reconciler: Reconciler;
  private observed: unknown;
  private readonly ours: readonly string[];
  /** The children as they were rendered last. */
  private rendered: readonly KubernetesObject[] = [];

  constructor(
    private readonly controller: Controller,
    private readonly world: Anything,
    private readonly wanted: Owner,
  ) {
    this.observed = world.observed;
    const { decide, options } = controller;
    this.ours = [controller.label[0], digestAnnotation(controller)];
    const see = (children: readonly KubernetesObject[]) => {
      this.rendered = children;
      return children;
    };
    const modelled = {
      ...controller,
      observe: async () => this.observed,
      act: async (step: Action) => this.act(step),
      decide: (...seen: Parameters<typeof decide>) => {
        const decision = decide(...seen);
        see(decision.children);
        return decision;
      },
      options: {
        ...options,
        ...(options.render && { render: (...seen: Parameters<typeof options.render>) => see(options.render(...seen)) }),
      },
    } as unknown as Controller;
    this.cluster = new ModelCluster(modelled, identified(world.before ?? wanted, wanted), world.live ?? [], world);
    this.cluster.countsGenerations = world.live !== undefined || !world.before;
    this.reconciler = new Reconciler(modelled, this.cluster, () => new Date(0));
  }

  async plan(): Promise<Plan> {
    const { before, live } = this.world;
    // What was refused of the children that are there still is; those that are made up are there.
    this.cluster.heedsRefusals = live !== undefined;
    if (before) await this.settle();
    await this.rebase();
    const former = this.cluster.all;
    const rendered = this.written([]);
    const { status } = this.cluster.owner;
    this.steps.length = 0;
    this.events.length = 0;
    this.waits.clear();
    this.world.onChange?.();
    this.cluster.heedsRefusals = true;
    if (before) this.cluster.owner = { ...identified(this.wanted, this.wanted, before), status } as Owner;
    await this.settle();
    const { all, owner } = this.cluster;
    const { conditions = [] } = (owner.status ?? {}) as Status;
    const ready = conditions.find(({ type }) => type === 'Ready');
    // The rest stands as the API server has it.
    const known = rendered.filter((child) => !former.includes(child as Stored));
    const after = all.map((child) => (former.includes(child) ? child : this.cluster.asApplied(child)));
    const children = changesOf({ ours: this.ours, live: former, rendered: known, after });
    return {
      steps: this.steps,
      events: this.events,
      children,
      restarts: restartsOf(children, former, all),
      waits: [...this.waits],
      waiting: this.waiting,
      refusals: conditions.filter(({ type, status }) => type === 'Stalled' && status === 'True'),
      ...(ready?.status === 'False' && { missing: ready.message }),
      object: owner,
      rendered: { before: rendered, after: this.written(rendered) },
    };
  }

  /**
   * Where the API server does not say how it would have a child, takes what it has filled in off the live one, if that
   * is as it is rendered: nothing that is rendered has it.
   */
  private async rebase(): Promise<void> {
    const { cluster, controller, world } = this;
    if (!world.live) return;
    for (const child of this.rendered) {
      const desired = asChild(controller, cluster.owner, child);
      const live = cluster.find(desired);
      if (!live || !this.isAsRendered(live, child)) continue;
      if (typeof (await cluster.admit(desired)) !== 'object') cluster.put(desired, live);
    }
  }

  private isAsRendered(live: Stored, child: KubernetesObject): boolean {
    const { controller, cluster } = this;
    const key = digestAnnotation(controller);
    return asChild(controller, cluster.owner, child).metadata.annotations?.[key] === live.metadata.annotations?.[key];
  }

  /** The children that there are, as they were rendered when they were written last. */
  private written(former: readonly KubernetesObject[]): KubernetesObject[] {
    const { wanted } = this;
    return this.cluster.all.map((live) => {
      const isIt = (child: KubernetesObject) => keyOf(within(wanted, child)) === keyOf(live);
      const now = this.rendered.find(isIt);
      if (now && this.isAsRendered(live, now)) return within(wanted, now);
      return former.find(isIt) ?? live;
    });
  }

  private async settle(): Promise<void> {
    const { signal } = new AbortController();
    this.follow();
    for (let i = 0; i < mostReconciliations; i++) {
      const before = this.cluster.changes;
      const { waits } = await this.reconciler.reconcile(this.cluster.owner, signal);
      this.note(waits);
      this.follow();
      if (this.cluster.changes === before) return;
    }
    throw new Error(`${describeObject(this.wanted)} comes to no rest within ${mostReconciliations} reconciliations`);
  }

  private follow(): void {
    const { owner } = this.cluster;
    const { follow } = this.world;
    if (follow) this.learn(follow(this.observed, this.cluster.children(owner), owner));
  }

  /** What the last reconciliation reported, and what waits. */
  private note(waits: readonly string[]): void {
    const { notes } = this.cluster;
    this.waiting = waits;
    for (const message of waits) this.waits.add(message);
    for (const { about, ...note } of notes.splice(0)) {
      if (about === 'step') this.steps.push({ type: note.reason, message: note.message });
      else this.events.push(note);
    }
  }

  private act(step: Action): void {
    const effects = this.world.effects as Readonly<Record<string, Effect>>;
    this.learn(effects[step.type]?.(this.observed, step, (child) => this.cluster.remove(child)));
  }

  private learn(observed: unknown): void {
    if (equal(observed, this.observed)) return;
    this.observed = observed;
    this.cluster.changes++;
  }
}

/** A rendered child in the namespace that it gets. */
function within({ metadata: { namespace } }: Owner, child: KubernetesObject): KubernetesObject {
  return namespace ? { ...child, metadata: { namespace, ...child.metadata } } : child;
}

/**
 * As the API server would have it. Nothing made up stands for the generation of an object that only a file describes:
 * texts may name it.
 */
function identified(object: Owner, { metadata }: Owner, before?: Owner): Owner {
  const { uid = 'planned', resourceVersion = '1' } = metadata as Stored['metadata'];
  const former = before?.metadata.generation;
  const isSame = equal(specOf(object), specOf(before));
  const generation = before ? former && former + (isSame ? 0 : 1) : object.metadata.generation;
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion, generation } };
}

function specOf(object: Owner | undefined): unknown {
  return (object as { readonly spec?: unknown } | undefined)?.spec;
}
