import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is wrong with the tests that a text names, each as `file` "part of its title". */
export function wrongTests(text: string): string[] {
  const tests = [...text.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)];
  if (tests.length === 0) return ['names no test'];
  return tests.flatMap(([, file = '', title = '']) => {
    const path = join('test', file);
    const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return source.includes(title) ? [] : [`${path} has no "${title}"`];
  });
}
