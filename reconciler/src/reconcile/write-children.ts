import { describeObject } from '../object.js';
import { turn } from '../queue/turn.js';
import { changeOf, type Known, toPrune } from './changes.js';
import { listed } from './conditions.js';
import type { Deciding } from './deciding.js';
import type { Journal } from './journal.js';
import type { Owner } from './owner.js';
import { controllerOf, type Desired } from './ownership.js';
import { nameTaken } from './problem.js';
import { Progress } from './progress.js';
import type { Run } from './run.js';

/**
 * Makes the children as desired, in order. What comes after one that failed may stand on it, and is not written unless
 * it is independent: a refused Namespace gets no RoleBinding. Nothing is removed where anything
 * failed.
 */
export async function writeChildren(run: Run, { desired, gate, children }: Desires): Promise<void> {
  const { controller, cluster, owner, journal } = run;
  const namespaces = namespacesIn(desired);
  const stopped: Desired[] = [];
  const progress = new Progress(run, desired.length);
  let stop: (() => void) | undefined;
  for (const [i, child] of desired.entries()) {
    // Thousands of children in order must not keep the rest of the process waiting.
    await turn();
    if (!run.isWanted()) {
      journal.brokenOff = true;
      return;
    }
    await progress.at(i);
    const change = changeOf(controller, owner, child, cluster);
    // What is being deleted comes back when it is gone: its end is an event.
    if (change?.do === 'wait' && change.because) journal.waits.push(change.because);
    if (!change || change.do === 'wait') continue;
    const before = { problems: journal.problems.length, waits: journal.waits.length };
    const asked = () => controller.independent?.(children[i]!, owner) ?? false;
    const { result: independent } = await journal.attempt('independent', 'RenderFailed', asked);
    if (independent === undefined) stop ??= () => tellStopped(journal, before, stopped);
    if (stop && !independent) {
      stopped.push(child);
      continue;
    }
    const { done } = await journal.attempt(describeObject(child), 'ApplyFailed', async () => {
      if (change.do === 'refuse') throw nameTaken(controller, owner, change.live);
      const obstacle = namespaceObstacle(child, namespaces, owner, cluster) ?? gate(children[i]!);
      if (obstacle) return void journal.waits.push(obstacle);
      await cluster.write(owner, child, change.do === 'update' ? change.live : undefined);
      journal.changes.push(`${change.do}d ${describeObject(child)}`);
    });
    if (done || independent) continue;
    stop = () => tellStopped(journal, before, stopped);
  }
  stop?.();
  if (!stop && journal.errors.length === 0) await prune(run, desired);
}

/** A decision's children as they are rendered, and as they are written. */
interface Desires extends Pick<Deciding, 'gate' | 'children'> {
  readonly desired: readonly Desired[];
}

/** Adds to the problem of the child that was refused, or to what it waits for, what it keeps from being written. */
function tellStopped(
  { problems, waits }: Journal,
  at: { readonly problems: number; readonly waits: number },
  stopped: readonly Desired[],
): void {
  if (stopped.length === 0) return;
  const withStopped = (message: string) => `${message}; this stops ${listed(stopped.map(describeObject), ', ')}`;
  const [problem, wait] = [problems[at.problems], waits[at.waits]];
  if (problem) problems[at.problems] = { ...problem, message: withStopped(problem.message) };
  else if (wait) waits[at.waits] = withStopped(wait);
}

async function prune({ cluster, journal, owner }: Run, desired: readonly Desired[]): Promise<void> {
  for (const object of toPrune(owner, desired, cluster)) {
    await journal.attempt(describeObject(object), 'RemoveFailed', async () => {
      if (await cluster.remove(object)) journal.changes.push(`removed ${describeObject(object)}`);
    });
  }
}

/**
 * Why nothing may be written into the child's namespace: it is among the children, and it is not there yet, has another
 * owner, or is being deleted. Otherwise an object that is named like a namespace of others could write into that.
 */
function namespaceObstacle(
  { metadata: { namespace } }: Pick<Desired, 'metadata'>,
  namespaces: ReadonlyMap<string, Desired>,
  owner: Owner,
  known: Known,
): string | undefined {
  const rendered = namespace && namespaces.get(namespace);
  if (!rendered) return undefined;
  const live = known.find(rendered);
  const isOurs = live && controllerOf(live)?.uid === owner.metadata.uid && !live.metadata.deletionTimestamp;
  return isOurs ? undefined : `waits for ${describeObject(rendered)}`;
}

/** The namespaces among the children, by name. */
function namespacesIn(desired: readonly Desired[]): ReadonlyMap<string, Desired> {
  const found = desired.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace');
  return new Map(found.map((namespace) => [namespace.metadata.name, namespace]));
}
