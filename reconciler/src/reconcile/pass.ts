import type { ActContext, Action, Children, Controller, EventNote, GeneratedSecret, Kinds } from '../controller.js';
import { describeObject, type Stored } from '../object.js';
import { turn } from '../queue/turn.js';
import { type Change, changeOf, type Known, leftovers } from './changes.js';
import { childReadiness } from './child-readiness.js';
import { type Findings, nextConditions, type Problem, standardConditions } from './conditions.js';
import type { Conclusion, Deciding } from './deciding.js';
import type { Desired } from './ownership.js';
import type { Parent } from './parent.js';
import { isInterrupted, nameTaken, problemOf } from './problem.js';
import type { Status } from './status.js';

export type { Parent } from './parent.js';

/** The cluster as a pass needs it. Every write shows in what is known at once. */
export interface PassCluster extends Known {
  /** By the names in `owns` and `reads`. */
  children(parent: Parent): Children<Kinds>;
  /**
   * Makes a child as desired.
   *
   * @param live @default the child is created
   * @throws NameTakenError if somebody else has an object of that name
   */
  write(parent: Parent, desired: Desired, live?: Stored): Promise<void>;
  remove(live: Stored): Promise<void>;
  /** @returns false if there is one already */
  makeSecret(parent: Parent, secret: GeneratedSecret): Promise<boolean>;
  /** @returns the object with, or without, our finalizer */
  setFinalizer(parent: Parent, present: boolean): Promise<Parent>;
  hasFinalizer(parent: Parent): boolean;
  /**
   * @param whole whether what was stated before and is not in `status` goes
   * @returns the status as it is now, or undefined if nothing changed
   */
  writeStatus(parent: Parent, status: Status, whole: boolean): Promise<Status | undefined>;
  /** Never throws, never waits. */
  report(parent: Parent, note: EventNote): void;
  context(signal: AbortSignal): ActContext;
}

/** What a pass did, for the log, and when to look again. */
export interface Outcome {
  /** Such as `created Deployment shop/web`; empty at rest. */
  readonly changes: readonly string[];
  readonly errors: readonly unknown[];
  /** Milliseconds. */
  readonly requeueAfter?: number;
}

/** What a pass goes by when it tells of an object and acts on it. */
export interface Seen {
  readonly parent: Parent;
  /** Undefined where nothing was decided. */
  readonly desired?: readonly Desired[] | undefined;
  readonly conclusion?: Conclusion | undefined;
  readonly paused: boolean;
}

/** The steps of a pass, and what went wrong in them. */
export class Pass {
  readonly errors: unknown[] = [];
  private readonly changes: string[] = [];
  private readonly problems: Problem[] = [];
  private readonly held: string[] = [];
  /** Reasons of steps that failed, also where that says nothing about the object. */
  private readonly failures = new Set<string>();
  /** A step failed, and nothing is known of the object that could be told. */
  private unsure = false;

  constructor(
    private readonly controller: Controller,
    private readonly cluster: PassCluster,
    /** Of this pass, or of the one before as long as it is not known better. */
    public failedAction: Problem | undefined,
  ) {}

  outcome(requeueAfter?: number): Outcome {
    return { changes: this.changes, errors: this.errors, requeueAfter };
  }

  /** Undefined, and the failure noted, if `step` throws. */
  async attempt<T>(during: string, reason: string, step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      this.errors.push(error);
      this.failures.add(reason);
      const problem = problemOf(error, during, reason);
      if (problem) this.problems.push(problem);
      else this.unsure = true;
      return undefined;
    }
  }

  async makeSecrets(parent: Parent): Promise<void> {
    for (const secret of this.controller.secrets?.(parent) ?? []) {
      const what = `Secret ${secret.namespace ?? parent.metadata.namespace}/${secret.name}`;
      if (!(await this.attempt(what, 'ApplyFailed', () => this.cluster.makeSecret(parent, secret)))) continue;
      this.cluster.report(parent, { reason: 'SecretCreated', message: what });
      this.changes.push(`created ${what}`);
    }
  }

  /** Makes the children as desired. One that fails does not keep the others from being applied, but all of them from being removed. */
  async converge(parent: Parent, desired: readonly Desired[], deciding: Deciding): Promise<void> {
    for (const [i, child] of desired.entries()) {
      // Thousands of children in order must not keep the rest of the process waiting.
      await turn();
      const change = changeOf(this.controller, parent, child, this.cluster);
      const gate = () => deciding.gate(deciding.children[i]!);
      if (change) await this.attempt(describeObject(child), 'ApplyFailed', () => this.carryOut(parent, change, gate));
    }
    if (this.errors.length > 0) return;
    for (const object of leftovers(parent, desired, this.cluster)) {
      await this.attempt(describeObject(object), 'RemoveFailed', async () => {
        await this.cluster.remove(object);
        this.changes.push(`removed ${describeObject(object)}`);
      });
    }
  }

  /**
   * What is, in conditions and in the words of the controller. Returns the new status if it differs from the one before.
   *
   * @param last with the status as it is; that of `seen` is what the controller is told
   */
  async writeStatus(last: Parent, seen: Seen, now: Date): Promise<Status | undefined> {
    if (this.unsure) return undefined;
    const { parent, desired, conclusion, paused } = seen;
    const before = (last.status ?? {}) as Status;
    const { conditions: ofBefore = [], observedGeneration: told = -1 } = before;
    const looked = conclusion && !this.failures.has('ObserveFailed');
    const missing = looked ? await this.attempt('unready', 'StatusFailed', conclusion.unready) : undefined;
    const { held, problems, failedAction } = this;
    const findings: Findings = {
      children: this.readiness(parent, desired),
      held,
      missing,
      problems,
      failedAction,
      paused,
    };
    const stated = await this.statedStatus(seen, findings);
    const { conditions: statements = [], observedGeneration: _, ...fields } = stated ?? {};
    const generation = paused ? told : (parent.metadata.generation ?? told);
    const all = [...standardConditions(findings), ...statements];
    const time = `${now.toISOString().slice(0, 19)}Z`;
    const next: Status = {
      ...fields,
      observedGeneration: generation,
      conditions: nextConditions(ofBefore, all, generation, time),
    };
    // What `render` reads of a status must outlast a pass that failed.
    const whole = stated !== undefined;
    return this.attempt('status', 'StatusFailed', () => this.cluster.writeStatus(last, next, whole));
  }

  /** Undefined where nothing new can be told: nothing was decided, or looking failed. */
  private async statedStatus({ conclusion }: Seen, findings: Findings): Promise<Status | undefined> {
    if (!conclusion || this.failures.has('ObserveFailed')) return undefined;
    const standard = standardConditions(findings);
    const state = () => conclusion.status(standard);
    return (await this.attempt('status', 'StatusFailed', state)) as Status | undefined;
  }

  /** At most one effect. Returns whether there was one. */
  async act({ parent, conclusion }: Seen, signal: AbortSignal): Promise<boolean> {
    const { controller, cluster } = this;
    let action: Action | undefined;
    try {
      action = conclusion?.step();
      if (action && !action.inChildren) await controller.act?.(action as never, parent, cluster.context(signal));
      this.failedAction = undefined;
    } catch (error) {
      this.errors.push(error);
      if (isInterrupted(signal)) return true;
      const [during, reason] = action ? [action.type, 'ActionFailed'] : ['plan', 'PlanFailed'];
      this.failedAction = problemOf(error, during, reason) ?? this.failedAction;
    }
    if (!action) return false;
    const [error] = this.errors;
    const { type, message = type, event = true } = action;
    if (error === undefined && event) cluster.report(parent, { reason: type, message });
    if (error !== undefined)
      cluster.report(parent, { type: 'Warning', reason: `${type}Failed`, message: String(error) });
    this.changes.push(`${type} ${action.message ?? ''}`.trim());
    return true;
  }

  private async carryOut(parent: Parent, change: Change, gate: () => string | undefined): Promise<void> {
    const { desired } = change;
    if (change.do === 'refuse') throw nameTaken(this.controller, parent, change.live);
    if (change.do === 'wait') return;
    const held = gate();
    if (held !== undefined) {
      this.held.push(held);
      return;
    }
    await this.cluster.write(parent, desired, change.do === 'update' ? change.live : undefined);
    this.changes.push(`${change.do}d ${describeObject(desired)}`);
  }

  private readiness(parent: Parent, desired?: readonly Desired[]): Findings['children'] {
    const live = desired?.map((child) => this.cluster.find(child)) ?? [...this.cluster.ownedBy(parent)];
    return live.flatMap((object) => (object ? [{ object, readiness: childReadiness(this.controller, object) }] : []));
  }
}
