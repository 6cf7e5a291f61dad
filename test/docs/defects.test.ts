import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { wrongTests } from './named-tests.js';

const rows = [...readFileSync('docs/defects.md', 'utf8').matchAll(/^\| (\d+) \|.*\| (.*) \|$/gm)];

it('docs/defects.md has a test for each of the 27 defects, which exists', () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
  const missing = rows.flatMap(([, number, shown = '']) => wrongTests(shown).map((why) => `${number}: ${why}`));
  expect(missing).toEqual([]);
});
