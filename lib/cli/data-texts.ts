import type { Manifest } from '../data/archive/format.js';
import type { Comparison } from '../data/compare.js';
import type { Exported } from '../data/export.js';
import type { Followed } from '../data/follow.js';
import { kinds } from '../data/item.js';
import type { Plan, Policy } from '../data/plan.js';
import type { Round } from '../data/transfer.js';
import type { Output } from './output.js';

export function exportedText(file: string, { manifest, digest, resumed }: Exported): Output {
  const { read, notIncluded } = manifest;
  const moment = read.settled
    ? `as it was at ${read.ended}`
    : `each item as it was at some moment between ${read.started} and ${read.ended}: it changed faster than it could be read`;
  const lines = [
    `${file}: ${countsText(manifest)}`,
    `${moment}; ${read.changed === 0 ? 'nothing changed meanwhile' : `${read.changed} changed meanwhile, and were read again`}`,
    ...(resumed > 0 ? [`${resumed} had been read by an export that was broken off`] : []),
    `digest ${digest}`,
    `not in it: ${notIncluded.join('; ')}`,
  ];
  const data = { file, digest, resumed, ...summary(manifest) };
  return { text: `${lines.join('\n')}\n`, data, failed: !read.settled };
}

export function verifiedText(file: string, manifest: Manifest, digest: string): Output {
  const text = `${file}: whole; ${countsText(manifest)}, read ${manifest.read.ended}\ndigest ${digest}\n`;
  return { text, data: { file, digest, ...summary(manifest) } };
}

function summary({ nacos, read, counts, notIncluded }: Manifest) {
  return { nacos, read, counts, notIncluded };
}

function countsText({ counts, nacos }: Manifest): string {
  const some = kinds.filter((kind) => counts[kind] > 0).map((kind) => plural(counts[kind], kind));
  return `${some.join(', ') || 'nothing'} of Nacos ${nacos.version}`;
}

function plural(count: number, kind: string): string {
  return `${count} ${kind}${count === 1 ? '' : 's'}`;
}

/** What would be written. */
export function planText({ create, conflicts, same, extra }: Plan, policy: Policy): Output {
  const refused = policy === 'abort' && conflicts.length + extra.length > 0;
  const fate = {
    abort: 'differs, so that nothing is written',
    skip: 'differs, stays',
    overwrite: 'differs, is replaced',
  };
  const lines = [
    ...create.map((name) => `+ ${name}`),
    ...conflicts.map((name) => `~ ${name}: ${fate[policy]}`),
    ...extra.map(
      (name) => `  ${name}: is in the target only, ${policy === 'abort' ? 'so that nothing is written' : 'stays'}`,
    ),
    `${create.length} to create, ${conflicts.length} differ, ${same.size} equal, ${extra.length} in the target only`,
  ];
  return {
    text: `${lines.join('\n')}\n`,
    data: { create, conflicts, extra, same: same.size, refused },
    failed: refused,
  };
}

/** What was written, in the end. */
export function transferredText(
  { same, conflicts }: Plan,
  policy: Policy,
  rounds: readonly Round[],
  wrong: readonly string[],
): Output {
  const written = rounds.reduce((sum, round) => sum + round.written, 0);
  const removed = rounds.flatMap((round) => round.removed);
  const left = rounds.flatMap((round) => round.left);
  const kept = rounds.flatMap((round) => round.kept);
  const skipped = policy === 'skip' ? conflicts : [];
  const lines = [
    ...left.map(({ name, why }) => `not written: ${name}: ${why}`),
    ...skipped.map((name) => `left as it was: ${name}`),
    ...kept.map((name) => `gone from the source, left in the target: ${name}`),
    ...wrong.map((name) => `WRONG: ${name} was written, and reads differently`),
    `${written} written${removed.length > 0 ? `, ${removed.length} removed` : ''}, ${same.size} were equal; ${
      wrong.length > 0
        ? `${wrong.length} read differently: compare with data diff`
        : 'all that was written reads back equal'
    }`,
  ];
  return {
    text: `${lines.join('\n')}\n`,
    data: { written, removed, same: same.size, skipped, left, kept, wrong },
    failed: wrong.length + left.length > 0,
  };
}

/** One line for each round of a copy that follows. */
export function followedText({ written, removed, left, kept, began, ended }: Followed): string {
  const lag = ((ended.getTime() - began.getTime()) / 1000).toFixed(1);
  const done = `${written} written, ${removed.length} removed`;
  const unable = left.map(({ name, why }) => `not written: ${name}: ${why}\n`);
  const stays = kept.map((name) => `gone from the source, left in the target: ${name}\n`);
  return `${unable.join('')}${stays.join('')}${ended.toISOString()} lag ${lag} s: ${done}; equal with all that was written before ${began.toISOString()}\n`;
}

export function comparedText({ same, onlyLeft, onlyRight, different }: Comparison): Output {
  const lines = [
    ...onlyLeft.map((name) => `- ${name}`),
    ...onlyRight.map((name) => `+ ${name}`),
    ...different.map(({ name, fields }) => `~ ${name}: ${fields.join(', ')}`),
  ];
  const count = lines.length;
  lines.push(count === 0 ? `equal: ${same} items` : `${count} differ, ${same} are equal`);
  return { text: `${lines.join('\n')}\n`, data: { same, onlyLeft, onlyRight, different }, failed: count > 0 };
}
