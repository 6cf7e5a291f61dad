import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const rows = [...readFileSync('docs/defects.md', 'utf8').matchAll(/^\| (\d+) \|.*\| (.*) \|$/gm)];

it('docs/defects.md has a test for each of the 27 defects, which exists', () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
  const missing = rows.flatMap(([, number, shown = '']) => {
    const tests = [...shown.matchAll(/`([^`]+)` "([^"]+)"/g)];
    if (tests.length === 0) return [`${number} names no test`];
    return tests.flatMap(([, file = '', title = '']) => {
      const path = join('test', file);
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      return text.includes(title) ? [] : [`${number}: ${path} has no "${title}"`];
    });
  });
  expect(missing).toEqual([]);
});
