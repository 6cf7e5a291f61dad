import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is wrong with the tests that a text names, each as `file` "part of its title", with more titles after it. */
export function wrongTests(text: string): string[] {
  const tests = [...text.matchAll(/`([^`]+\.test\.ts)`((?:,? "[^"]+")+)/g)];
  if (tests.length === 0) return ['names no test'];
  return tests.flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/"([^"]+)"/g)].flatMap(([, title = '']) =>
      sourceOf(file).includes(title) ? [] : [`${file} has no "${title}"`],
    ),
  );
}

/** What the files of these tests say. */
export function sourcesIn(text: string): string {
  return [...text.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = '']) => sourceOf(file)).join('\n');
}

/** Below `test/`, or in the package. */
function sourceOf(file: string): string {
  const path = file.startsWith('reconciler/') ? file : join('test', file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
