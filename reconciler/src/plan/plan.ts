import type { Action, ConditionStatement, Controller, EventNote, Kinds, ReadKinds } from '../controller.js';
import { equal } from '../equal.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import type { Owner } from '../reconcile/owner.js';
import { digestAnnotation } from '../reconcile/ownership.js';
import { Reconciler } from '../reconcile/reconcile.js';
import type { Status } from '../reconcile/status.js';
import type { CustomResource } from '../resource.js';
import { type ChildChange, changesOf, restartsOf } from './child-changes.js';
import { ModelCluster } from './model-cluster.js';
import type { World } from './world.js';

/** What a controller will do with an object. */
export interface Plan {
  /** Steps in order, those that are carried out by children among them. */
  readonly steps: readonly Pick<Action, 'type' | 'message'>[];
  /** Events beside those of the steps. */
  readonly events: readonly EventNote[];
  /** Children that are created, changed or removed; paths only, since values may be secret. */
  readonly children: readonly ChildChange[];
  /** Workloads with pods to replace by a new template, such as `Deployment shop/web`. */
  readonly restarts: readonly string[];
  /** Why children had to wait, in order. */
  readonly gates: readonly string[];
  /** Conditions that only another spec, or another object, takes away. Empty if the plan ends well. */
  readonly refusals: readonly ConditionStatement[];
  /** What is still missing at the end: the message of `Ready` where it is not true. */
  readonly missing?: string;
  /** The object at the end, with its status. */
  readonly object: KubernetesObject;
}

/** Many times what the largest change takes. */
const mostReconciliations = 2000;

/**
 * Works out what a controller will do with an object, by its own functions: they are called again and again on a model
 * of the cluster in which written children become ready and steps have the effects that `world` gives them, until
 * nothing changes any more. Nothing is written, and nothing asked but `world.refuse`.
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

class Simulation {
  private readonly cluster: ModelCluster;
  private readonly steps: Pick<Action, 'type' | 'message'>[] = [];
  private readonly events: EventNote[] = [];
  private readonly gates = new Set<string>();
  private readonly reconciler: Reconciler;
  private observed: unknown;
  private readonly ours: readonly string[];
  /** The children as they were rendered last. */
  private rendered: readonly KubernetesObject[] = [];

  constructor(
    controller: Controller,
    private readonly world: Anything,
    private readonly wanted: Owner,
  ) {
    this.observed = world.observed;
    const { decide, options } = controller;
    this.ours = [controller.label[0], digestAnnotation(controller)];
    const see = (children: readonly KubernetesObject[]) => {
      this.rendered = children.map((child) => within(wanted, child));
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
    this.cluster = new ModelCluster(modelled, identified(world.before ?? wanted, wanted, 1), world.live ?? [], world);
    this.reconciler = new Reconciler(modelled, this.cluster, () => new Date(0));
  }

  async plan(): Promise<Plan> {
    const { before, live = [] } = this.world;
    if (before) await this.settle();
    const { rendered } = this;
    const { status } = this.cluster.owner;
    this.steps.length = 0;
    this.events.length = 0;
    this.gates.clear();
    if (before) this.cluster.owner = { ...identified(this.wanted, this.wanted, 2), status } as Owner;
    await this.settle();
    const { all, owner } = this.cluster;
    const { conditions = [] } = (owner.status ?? {}) as Status;
    const ready = conditions.find(({ type }) => type === 'Ready');
    const children = changesOf({ ours: this.ours, live, rendered, after: all });
    return {
      steps: this.steps,
      events: this.events,
      children,
      restarts: restartsOf(children, all),
      gates: [...this.gates],
      refusals: conditions.filter(({ type, status }) => type === 'Stalled' && status === 'True'),
      ...(ready?.status === 'False' && { missing: ready.message }),
      object: owner,
    };
  }

  private async settle(): Promise<void> {
    const { signal } = new AbortController();
    for (let i = 0; i < mostReconciliations; i++) {
      const before = this.cluster.changes;
      await this.reconciler.reconcile(this.cluster.owner, signal);
      this.note();
      const { follow } = this.world;
      if (follow) this.learn(follow(this.observed, this.cluster.children(this.cluster.owner)));
      if (this.cluster.changes === before) return;
    }
    throw new Error(`${describeObject(this.wanted)} comes to no rest within ${mostReconciliations} reconciliations`);
  }

  /** What the last reconciliation reported, and what waits. */
  private note(): void {
    const { notes, owner } = this.cluster;
    for (const { about, ...note } of notes.splice(0)) {
      if (about === 'step') this.steps.push({ type: note.reason, message: note.message });
      else this.events.push(note);
    }
    const { conditions = [] } = (owner.status ?? {}) as Status;
    const waiting = conditions.find(({ type, reason }) => type === 'Reconciling' && reason === 'Waiting');
    if (waiting?.message) this.gates.add(waiting.message);
  }

  private act(step: Action): void {
    const effects = this.world.effects as Readonly<Record<string, (observed: unknown, step: Action) => unknown>>;
    this.learn(effects[step.type]?.(this.observed, step));
    if (step.event === false) this.steps.push({ type: step.type, ...(step.message && { message: step.message }) });
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

/** As the API server would have it. */
function identified(object: Owner, { metadata }: Owner, generation: number): Owner {
  const { uid = 'planned', resourceVersion = '1' } = metadata as Stored['metadata'];
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion, generation } };
}
