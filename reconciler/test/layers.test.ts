import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const src = join(__dirname, '..', 'src');

/**
 * The rooms of the package, and the rooms that each may import from. The declaration, `.`, is what stands in `src`
 * itself.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  structural: [],
  '.': ['structural'],
  schema: ['.'],
  kinds: ['.'],
  kit: ['.', 'kinds'],
  chart: ['.'],
  synth: ['.', 'structural', 'kinds', 'kit'],
  client: ['.'],
  queue: ['.'],
  reconcile: ['.', 'kinds', 'client', 'queue'],
  cache: ['.', 'structural', 'client', 'queue', 'reconcile'],
  apply: ['.', 'kinds', 'client', 'reconcile', 'cache'],
  election: ['.', 'client', 'queue', 'reconcile'],
  thread: ['.', 'client', 'queue', 'reconcile', 'election'],
  run: ['.', 'client', 'queue', 'reconcile', 'cache', 'apply', 'election', 'thread'],
  plan: ['.', 'client', 'reconcile'],
  testing: ['.', 'client', 'queue'],
  cli: ['.', 'kinds'],
};

const files = readdirSync(src, { encoding: 'utf8', recursive: true }).filter((path) => path.endsWith('.ts'));
const imports = files.flatMap((file) =>
  ts
    .preProcessFile(readFileSync(join(src, file), 'utf8'))
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => ({ file, to: join(dirname(file), fileName).replace(/\.js$/, '.ts') })),
);

describe('the package', () => {
  it('imports from room to room in one direction only', () => {
    const wrong = imports.filter(({ file, to }) => {
      const [from, into] = [dirname(file), dirname(to)];
      return from !== into && !rooms[from]?.includes(into);
    });
    expect(imports.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('imports no room through its index', () => {
    expect(imports.filter(({ to }) => to.endsWith('/index.ts'))).toEqual([]);
  });

  it('has no cycle of imports, types included', () => {
    const next = new Map(files.map((file) => [file, imports.filter((one) => one.file === file).map(({ to }) => to)]));
    expect(files.filter((file) => reaches(next, file))).toEqual([]);
  });
});

/** Whether a file imports itself, by way of others. */
function reaches(next: ReadonlyMap<string, readonly string[]>, file: string): boolean {
  const seen = new Set<string>();
  const waiting = [...(next.get(file) ?? [])];
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (one === file) return true;
    if (!seen.has(one)) waiting.push(...(next.get(one) ?? []));
    seen.add(one);
  }
  return false;
}
