import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

type Dependencies = Readonly<Record<string, string>>;

function dependenciesOf(path: string): string[] {
  const { dependencies, peerDependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly [field in 'dependencies' | 'peerDependencies' | 'devDependencies']?: Dependencies;
  };
  return Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies });
}

it('docs/dependencies.md has a reason for every dependency, and for none that is gone', () => {
  const rows = readFileSync('docs/dependencies.md', 'utf8').matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm);
  const explained = new Set([...rows].flatMap(([, names]) => names!.replaceAll('`', '').split(', ')));
  const used = new Set(['package.json', 'reconciler/package.json'].flatMap(dependenciesOf));
  expect([...explained].toSorted()).toEqual([...used].toSorted());
});
