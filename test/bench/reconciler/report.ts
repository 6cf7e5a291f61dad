import type { EditFigures } from './edits.js';
import type { LifeFigures } from './life.js';
import { percentile } from './percentile.js';

export type Figures = LifeFigures & EditFigures;

export interface Pair {
  readonly ours: Figures;
  readonly reference: Figures;
  /** Seconds of the raw loop in the same round. */
  readonly raw: number;
}

type Pick = (figures: Figures) => number;

const ours = (pick: Pick) => (pairs: readonly Pair[]) => median(pairs.map((pair) => pick(pair.ours)));
const reference = (pick: Pick) => (pairs: readonly Pair[]) => median(pairs.map((pair) => pick(pair.reference)));
/** Of each pair, side by side in time: the machine's speed drifts. */
const ratio = (pick: Pick) => (pairs: readonly Pair[]) =>
  median(pairs.map((pair) => pick(pair.ours) / pick(pair.reference)));

const anonymousGrowth: Pick = ({ memoryEmpty, memoryFull }) => memoryFull.anonymous - memoryEmpty.anonymous;

interface Row {
  readonly measure: string;
  readonly ours: (pairs: readonly Pair[]) => number;
  readonly reference?: (pairs: readonly Pair[]) => number;
  readonly judged: (pairs: readonly Pair[]) => number;
  /** At most. */
  readonly goal?: number;
}

const compared = (measure: string, pick: Pick, goal?: number): Row => ({
  measure,
  ours: ours(pick),
  reference: reference(pick),
  judged: ratio(pick),
  goal,
});

const counted = (measure: string, pick: Pick, goal: number): Row => ({
  measure,
  ours: ours(pick),
  reference: reference(pick),
  judged: (pairs) => Math.max(...pairs.map((pair) => pick(pair.ours))),
  goal,
});

/**
 * Of the edits of all pairs: the 99th percentile of one pair rests on a handful of edits, those during which the API
 * server collects garbage, and says more about whose turn it was then (pairs of 600 edits gave 0.94 to 1.33 in a row).
 */
const ofEdits = (measure: string, share: number, goal: number): Row => {
  const all = (whose: 'ours' | 'reference') => (pairs: readonly Pair[]) =>
    percentile(
      pairs.flatMap((pair) => pair[whose].latencies),
      share,
    );
  const [ours, reference] = [all('ours'), all('reference')];
  return { measure, ours, reference, judged: (pairs) => ours(pairs) / reference(pairs), goal };
};

const rows: readonly Row[] = [
  compared('created → all children, s', ({ secondsToChildren }) => secondsToChildren, 1.1),
  counted('requests per created parent', ({ requestsPerParent }) => requestsPerParent, 3),
  counted('requests per edit', ({ requestsPerEdit }) => requestsPerEdit, 2.5),
  compared('API server CPU per parent, ms', ({ serverCpuPerParent }) => serverCpuPerParent, 1),
  compared('operator CPU per parent, ms', ({ operatorCpuPerParent }) => operatorCpuPerParent),
  {
    measure: 'event-loop lag while all is created, p99, ms (its timer’s 10 ms included)',
    ours: ours(({ lag }) => lag),
    judged: (pairs) => Math.max(...pairs.map((pair) => pair.ours.lag)),
    goal: 20,
  },
  {
    ...ofEdits('edit → child, p50, ms (× the edit’s own round trip)', 0.5, 2),
    judged: ours(({ latencies, roundTrips }) => percentile(latencies, 0.5) / percentile(roundTrips, 0.5)),
  },
  ofEdits('edit → child, p99 of all pairs, ms', 0.99, 1),
  compared('edit → child, p99, median of the pairs, ms', ({ latencies }) => percentile(latencies, 0.99), 1),
  counted('writes at rest', ({ writesAtRest }) => writesAtRest, 0),
  counted('writes at a restart', ({ writesAtRestart }) => writesAtRestart, 0),
  compared('edit at process start → child, ms', ({ coldEdit }) => coldEdit, 1.5),
  compared('growth of anonymous memory, MiB', anonymousGrowth, 1),
  compared('anonymous memory, MiB', ({ memoryFull }) => memoryFull.anonymous),
  compared('PSS, MiB', ({ memoryFull }) => memoryFull.pss),
  compared('RSS, MiB', ({ memoryFull }) => memoryFull.rss),
  compared('RSS without objects, MiB', ({ memoryEmpty }) => memoryEmpty.rss),
  compared('SIGTERM → exit, ms', ({ stop }) => stop),
];

/** A Markdown table; `judged` is the median ratio of the pairs, or the worst count. */
export function table(pairs: readonly Pair[], objects: number): string {
  const lines = rows.map((row) => {
    const judged = row.judged(pairs);
    const verdict = row.goal === undefined ? '' : judged <= row.goal + 0.005 ? '✓' : '✗';
    const cells = [
      row.measure,
      row.ours(pairs),
      row.reference?.(pairs),
      judged,
      row.goal === undefined ? '' : `≤ ${row.goal} ${verdict}`,
    ];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  const share = (pick: (pair: Pair) => Figures) => median(pairs.map((pair) => pair.raw / pick(pair).secondsToChildren));
  return [
    '| measure | cdk8s-reconciler | controller-runtime | ratio or worst count | goal |',
    '|---|---|---|---|---|',
    ...lines,
    `| share of the raw loop's ${Math.round((2 * objects) / median(pairs.map(({ raw }) => raw)))} children/s | ${cell(share(({ ours }) => ours))} | ${cell(share(({ reference }) => reference))} | | |`,
  ].join('\n');
}

/** What it costs us to have many objects, against the pairs: the cost of each should be the same. */
export function growthTable(large: LifeFigures, many: number, pairs: readonly Pair[], few: number): string {
  const perObject: readonly [string, (figures: LifeFigures, objects: number) => number][] = [
    ['operator CPU per parent, ms', ({ operatorCpuPerParent }) => operatorCpuPerParent],
    ['requests per created parent', ({ requestsPerParent }) => requestsPerParent],
    [
      'growth of anonymous memory per parent, KiB',
      ({ memoryEmpty, memoryFull }, objects) => ((memoryFull.anonymous - memoryEmpty.anonymous) * 1024) / objects,
    ],
    ['event-loop lag while all is created, p99, ms', ({ lag }) => lag],
    ['edit at process start → child, ms', ({ coldEdit }) => coldEdit],
    ['writes at a restart', ({ writesAtRestart }) => writesAtRestart],
  ];
  const lines = perObject.map(([measure, pick]) => {
    const [small, big] = [median(pairs.map((pair) => pick(pair.ours, few))), pick(large, many)];
    return `| ${[measure, small, big, small === 0 ? undefined : big / small].map(cell).join(' | ')} |`;
  });
  return [`| measure | ${few} objects | ${many} objects | ratio |`, '|---|---|---|---|', ...lines].join('\n');
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}

/** Of an even number of values the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half)] ?? Number.NaN)) / 2;
}
