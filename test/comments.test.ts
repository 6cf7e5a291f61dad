import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** As of code, whose width the formatter sees to; it leaves comments alone. */
const width = 120;

const folders = ['.', 'examples', 'lib', 'manager', 'reconciler', 'scripts', 'test'];

function sources(): string[] {
  const deep = (folder: string) => readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' });
  return folders
    .flatMap((folder) => deep(folder).map((name) => join(folder, name)))
    .filter((path) => /\.(ts|tsx|cjs|mts)$/.test(path) && !/(^|\/)(node_modules|build|dist)\//.test(path));
}

it('no comment is wider than the code', () => {
  const wide = sources().flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        [...line].length > width && /^\s*(\/\/|\/?\*)|[;,{(]\s+\/\/ /.test(line) ? [`${path}:${i + 1}`] : [],
      ),
  );
  expect(wide).toEqual([]);
});
