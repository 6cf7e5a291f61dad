import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { wrongTests } from './named-tests.js';

const rows = [...readFileSync('docs/guarantees.md', 'utf8').matchAll(/^\| (.+) \| (.+) \|$/gm)]
  .map(([, promise = '', tests = '']) => ({ promise, tests }))
  .filter(({ promise }) => promise !== 'promise');

it.each(rows)('docs/guarantees.md names tests that exist: $promise', ({ tests }) => {
  expect(wrongTests(tests)).toEqual([]);
});

it('docs/guarantees.md has promises', () => expect(rows.length).toBeGreaterThan(20));
