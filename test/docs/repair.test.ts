import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refusals } from '../../lib/operate/feature.js';
import { remedies } from '../../lib/operate/pods/problems.js';
import { sourcesIn, wrongTests } from './named-tests.js';

const page = readFileSync('docs/operations/repair.md', 'utf8');
const table = page.slice(page.indexOf('## What `Stalled` says'), page.indexOf('## A minority'));
const rows = [...table.matchAll(/^\| (.+?) \| .+ \| .+ \| (`.+) \|$/gm)].map(([, reason = '', tests = '']) => ({
  reason,
  reasons: [...reason.matchAll(/`(\w+)`/g)].map(([, word = '']) => word),
  tests,
}));
const explained = rows.flatMap(({ reasons }) => reasons);

/** Reasons of what is stuck, in the files that say what is. */
function stuckReasons(): string[] {
  const files = readdirSync('lib/operate', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = files
    .map((name) => readFileSync(join('lib/operate', name), 'utf8'))
    .filter((text) => /\bstuck: (?!boolean)/.test(text));
  return texts.flatMap((text) =>
    [...text.matchAll(/reason: (?:[^,'\n]*(?:'\w+' *)?\? )?'([A-Z]\w+)'(?: : '([A-Z]\w+)')?/g)].flatMap(
      ([, ...found]) => found.filter((reason) => reason !== undefined),
    ),
  );
}

it('docs/operations/repair.md has a way out for each reason of Stalled, and for none that is gone', () => {
  const ofEngine = ['NameTaken', 'Rival', 'ChildFailed', 'DecideFailed'];
  // The kubelet goes back and forth between this one and ImagePullBackOff.
  const ofPods = Object.keys(remedies).filter((reason) => reason !== 'ErrImagePull');
  const known = new Set([...refusals, ...ofPods, ...stuckReasons(), ...ofEngine]);
  expect([...new Set(explained)].toSorted()).toEqual([...known].toSorted());
});

it.each(rows)('docs/operations/repair.md: $reason was tried', ({ reasons, tests }) => {
  expect(wrongTests(tests)).toEqual([]);
  expect(reasons.filter((reason) => !sourcesIn(tests).includes(reason))).toEqual([]);
});

it('docs/operations/repair.md has only commands that say the namespace, quoted where a shell would read a backslash', () => {
  const commands = page.split('\n').filter((line) => /^ +kubectl /.test(line));
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((line) => !/ -n shop\b/.test(line))).toEqual([]);
  expect(commands.filter((line) => /\\/.test(line.replaceAll(/'[^']*'/g, '')))).toEqual([]);
});
