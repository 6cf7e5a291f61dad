import { parseJson, toJson } from '../client/json.js';
import { equal } from '../equal.js';
import { TerminalError } from '../errors.js';
import { describeObject, type KubernetesObject } from '../object.js';
import type { Owner } from './owner.js';

/** Other results for the same input, one after the other, until an object is stopped. */
const mostDifferences = 3;
/** Objects that are written again and again. */
const mostRemembered = 1000;

interface Remembered {
  /** Reconciliations one after the other that wrote something. */
  readonly writes: number;
  readonly differences: number;
  readonly last: Rendering;
  /** Set once the object is stopped: what has to change before it goes on. */
  readonly stopped?: { readonly by: TerminalError; readonly until: string };
}

interface Rendering {
  /** `render` or `decide` */
  readonly during: string;
  readonly children: readonly KubernetesObject[];
  /** Renders the same input once more. */
  again(): readonly KubernetesObject[];
}

/**
 * Finds `render` and `decide` that give another result for the same input, such as the time: each result would be
 * written, and wake the object again, without end. An object that keeps being written is rendered once more from its
 * last input; at rest nothing is remembered.
 */
export class Purity {
  private readonly objects = new Map<string, Remembered>();

  /** @throws TerminalError if the results of an object differ again and again */
  check(owner: Owner): void {
    const { uid } = owner.metadata;
    const known = this.objects.get(uid);
    if (!known) return;
    if (known.stopped?.until === askedFor(owner)) throw known.stopped.by;
    if (known.stopped) this.objects.delete(uid);
    if (known.stopped || known.writes < 2) return;
    const { children, again, during } = known.last;
    const difference = differenceOf(children, again());
    const differences = difference === undefined ? 0 : known.differences + 1;
    this.objects.set(uid, { ...known, differences });
    if (differences < mostDifferences) return;
    const by = new TerminalError(
      `Impure${during === 'render' ? 'Render' : 'Decide'}`,
      `${during} gave another result for the same input, ${mostDifferences} times in a row: ${difference}. ` +
        'Time, random values and the like belong in observe or in a status field; nothing is written before the object changes',
    );
    this.objects.set(uid, { ...known, stopped: { by, until: askedFor(owner) } });
    throw by;
  }

  remember({ metadata: { uid } }: Owner, wrote: boolean, last: Rendering): void {
    const known = this.objects.get(uid);
    this.objects.delete(uid);
    if (!wrote) return;
    this.objects.set(uid, { writes: (known?.writes ?? 0) + 1, differences: known?.differences ?? 0, last });
    const [oldest] = this.objects.keys();
    if (this.objects.size > mostRemembered && oldest) this.objects.delete(oldest);
  }
}

/** What people change of an object. */
function askedFor({ metadata: { generation, labels, annotations } }: Owner): string {
  return JSON.stringify([generation, labels, annotations]);
}

/** Where two renderings differ, such as `ConfigMap shop/web differs in data.time`. Undefined if they do not. */
export function differenceOf(
  rendered: readonly KubernetesObject[],
  renderedAgain: readonly KubernetesObject[],
): string | undefined {
  // As they are sent: dates and the like have no fields to compare.
  const [before, after] = [rendered, renderedAgain].map((one) => parseJson(toJson(one)) as KubernetesObject[]);
  if (!before || !after || equal(before, after)) return undefined;
  const names = (children: readonly KubernetesObject[]) => children.map((child) => describeObject(child));
  const [left, right] = [names(before), names(after)];
  const i = left.findIndex((name, i) => name !== right[i]);
  if (i >= 0) return right[i] ? `${left[i]} became ${right[i]}` : `${left[i]} is missing`;
  if (right.length > left.length) return `${right[left.length]} was added`;
  const at = before.findIndex((child, i) => !equal(child, after[i]));
  return `${left[at]} differs in ${pathOf(before[at], after[at])}`;
}

function pathOf(before: unknown, after: unknown): string {
  const path: string[] = [];
  let [left, right] = [before, after];
  while (typeof left === 'object' && typeof right === 'object' && left !== null && right !== null) {
    const [one, other] = [left, right] as Record<string, unknown>[];
    const name = Object.keys({ ...one, ...other }).find((key) => !equal(one![key], other![key])) ?? '';
    path.push(name);
    [left, right] = [one![name], other![name]];
  }
  return path.join('.');
}
