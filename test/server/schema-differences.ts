import type { Tables } from './create-tables.js';

/** What is not the same in `ours`, one line each, in the order of `upstream`. */
export function schemaDifferences(upstream: Tables, ours: Tables): string[] {
  return compare('', upstream, ours, (name, theirTable, ourTable) => [
    ...compare(`${name}.`, theirTable.columns, ourTable.columns, different),
    ...compare(`${name} key `, theirTable.keys, ourTable.keys, different),
  ]);
}

function compare<T>(
  prefix: string,
  theirs: Readonly<Record<string, T>>,
  ours: Readonly<Record<string, T>>,
  both: (name: string, theirs: T, ours: T) => string[],
): string[] {
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((key) => {
    const name = prefix + key;
    const [their, our] = [theirs[key], ours[key]];
    if (our === undefined) return [`${name} is missing`];
    return their === undefined ? [`${name} is only ours`] : both(name, their, our);
  });
}

function different(name: string, theirs: string, ours: string): string[] {
  return theirs === ours ? [] : [`${name} is ${ours} instead of ${theirs}`];
}
