import { ConnectionError } from '../client/api-error.js';
import { kindOf } from '../client/endpoint.js';
import type { Controller, EventNote, StatusOf } from '../controller.js';
import { describeObject, type Stored } from '../object.js';
import { turn } from '../queue/turn.js';
import { conditionsReadiness, lacksPods, type Readiness, withRefusedPods } from '../readiness.js';
import type { Condition } from '../resource.js';
import { type Findings, nextConditions, standardConditions } from './conditions.js';
import type { Owner } from './owner.js';
import { isOfFormer } from './ownership.js';
import type { Decided, Run } from './run.js';
import type { Status } from './status.js';

/**
 * Writes what is, in conditions and in the words of the controller, and reports its events.
 *
 * @param last the object with the status as it is
 * @returns it with the status as it is now
 */
export async function writeStatus(run: Run, last: Owner, decided: Decided): Promise<Owner> {
  const { cluster, journal } = run;
  if (journal.unsure) return last;
  const findings = await find(run, decided);
  const stated = await state(run, decided, findings);
  // A field that `render` reads must outlast a reconciliation that failed.
  const write = (next: StatusOf<Owner>, found: Findings, whole: boolean) =>
    journal.attempt('status', 'StatusFailed', () =>
      cluster.writeStatus(last, nextStatus(run, last, next, found), whole),
    );
  const written = await write(stated ?? {}, findings, stated !== undefined && decided.conclusion !== undefined);
  // What is stated may be no status: then the conditions that come by themselves say so.
  const { result } =
    written.done || !stated || journal.unsure || journal.errors.at(-1) instanceof ConnectionError
      ? written
      : await write({}, { ...findings, problems: journal.problems }, false);
  if (result) journal.stated = true;
  report(run, last, result, decided);
  return result ? { ...last, status: result } : last;
}

async function find(run: Run, { desired, failedStep, paused = false, ...rest }: Decided): Promise<Findings> {
  const { journal } = run;
  const busy = rest.cleaningUp ?? rest.progress;
  const children = busy ? [] : await readiness(run, desired);
  const { waits, problems } = journal;
  const missing = busy ?? rest.held;
  return { children, waits, missing, problems, failedStep, paused };
}

/**
 * Of what is desired; of what is there, where nothing was decided. What is left of a former object of that name says
 * nothing of this one, which waits for its end.
 */
async function readiness(run: Run, desired: Decided['desired']): Promise<Findings['children']> {
  const { cluster, owner } = run;
  const live = desired?.map((child) => cluster.find(child)) ?? [...cluster.ownedBy(owner)];
  const found: Findings['children'][number][] = [];
  for (const object of live) {
    await turn();
    if (!object || isOfFormer(owner, object)) continue;
    const judged = await run.journal.attempt(describeObject(object), 'StatusFailed', () => readinessOf(run, object));
    if (judged.done) found.push({ object, readiness: judged.result });
  }
  return found;
}

async function readinessOf({ controller, cluster, journal }: Run, child: Stored): Promise<Readiness> {
  const readiness = childReadiness(controller, child);
  if (readiness.state === 'Ready' || !lacksPods(child)) return readiness;
  // Their refusal is no change of the child: it has to be looked for.
  journal.podsAreMissing = true;
  const why = await cluster.refusedPods(child);
  return why === undefined ? readiness : withRefusedPods(readiness, why);
}

/** Undefined where that failed, or nothing is to be stated but the conditions that come by themselves. */
async function state(
  { controller, owner, journal }: Run,
  { conclusion, progress }: Decided,
  findings: Findings,
): Promise<StatusOf<Owner> | undefined> {
  // Something was decided, and is concluded after the last child.
  if (progress) return undefined;
  const standard = standardConditions(findings);
  const stated = await journal.attempt('status', 'StatusFailed', () =>
    conclusion ? conclusion.status(standard) : controller.undecided?.(owner, standard),
  );
  return stated.result;
}

function nextStatus({ owner, now }: Run, last: Owner, stated: StatusOf<Owner>, findings: Findings): Status {
  const { conditions: ofLast = [], observedGeneration = -1 } = (last.status ?? {}) as Status;
  const { conditions: statements = [], ...fields } = stated;
  const { observedGeneration: _, ...own } = fields as Status;
  const generation = findings.paused ? observedGeneration : (owner.metadata.generation ?? observedGeneration);
  const all = [...standardConditions(findings), ...statements];
  const time = `${now().toISOString().slice(0, 19)}Z`;
  return { ...own, observedGeneration: generation, conditions: nextConditions(ofLast, all, generation, time) };
}

/**
 * Transitions of conditions, and what the controller says: a small one of a status that differs, `decide` whenever it
 * says so.
 */
function report({ controller, cluster }: Run, last: Owner, status: Status | undefined, { conclusion }: Decided): void {
  const before = (last.status ?? {}) as Status;
  if (status) {
    for (const note of transitions(before.conditions ?? [], status.conditions ?? []))
      cluster.report(last, { ...note, about: 'condition' });
  }
  if (!status && !controller.options.decide) return;
  for (const note of conclusion?.events() ?? []) cluster.report(last, { ...note, about: 'other' });
}

/**
 * Events for the transition from one list of conditions to the next. What a new object is not yet
 * is no news. `Reconciling` comes and goes with every rollout: it is left out.
 */
export function transitions(before: readonly Condition[], after: readonly Condition[]): EventNote[] {
  return after.flatMap((condition) => {
    const { type, status, reason, message } = condition;
    const previous = before.find((candidate) => candidate.type === type);
    if (type === 'Reconciling' || previous?.status === status) return [];
    if (bad(condition)) return type === 'Ready' && !previous ? [] : [{ type: 'Warning', reason, message }];
    if (type === 'Ready') return [{ reason, message: message || 'all children are ready' }];
    if (!previous) return [];
    return [{ reason: shouldBeFalse(type) ? `Not${type}` : reason, message: message || `${type} is ${status}` }];
  });
}

/** `Ready` and its like should be true; `Stalled` should not. */
function bad({ type, status }: Condition): boolean {
  return shouldBeFalse(type) ? status === 'True' : status === 'False' && type === 'Ready';
}

function shouldBeFalse(type: string): boolean {
  return type === 'Stalled' || type === 'Paused';
}

/** How far a child is, by the rules of its kind. */
function childReadiness({ owns }: Controller, child: Stored): Readiness {
  if (child.metadata.deletionTimestamp) return { state: 'Progressing', message: 'being deleted' };
  return kindOf(child, Object.values(owns))?.ready?.(child) ?? conditionsReadiness(child);
}
