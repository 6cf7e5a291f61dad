import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const folder = join(__dirname, '../../lib/operate');

/** What every room may import: the words that features share. They import no room. */
const shared = [
  'consent.ts',
  'feature.ts',
  'observed-item.ts',
  'observed.ts',
  'secret-value.ts',
  'servers.ts',
  'view.ts',
];

/** A room is a feature, with its conditions, gates, steps and effects; and the rooms that each may import from. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  pods: [],
  adoption: ['cluster'],
  schema: ['pods'],
  credentials: [],
  notices: ['credentials'],
  administrator: ['credentials'],
  'initial-data': ['credentials'],
  volumes: ['pods'],
  cluster: ['pods', 'volumes'],
  configurations: ['cluster', 'pods'],
  membership: ['cluster', 'pods', 'volumes'],
  rollout: ['adoption', 'cluster', 'credentials', 'membership', 'pods', 'volumes'],
};

const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((path) => path.endsWith('.ts'));
const imports = files.flatMap((file) =>
  ts
    .preProcessFile(readFileSync(join(folder, file), 'utf8'))
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => ({ file, to: join(dirname(file), fileName).replace(/\.js$/, '.ts') }))
    .filter(({ to }) => !to.startsWith('..')),
);

describe('the operator', () => {
  it('has a room for each feature, which imports only what comes before it', () => {
    const wrong = imports.filter(({ file, to }) => {
      const [from, into] = [dirname(file), dirname(to)];
      if (shared.includes(file)) return !shared.includes(to);
      if (from === '.' || from === into || shared.includes(to)) return false;
      return !rooms[from]?.includes(into);
    });
    expect(imports.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('has no cycle of imports, types included', () => {
    const next = new Map(files.map((file) => [file, imports.filter((one) => one.file === file).map(({ to }) => to)]));
    expect(files.filter((file) => reaches(next, file))).toEqual([]);
  });

  it('decides without reading or writing anything', () => {
    const reads = /(^|\/)(act|observe|look|sources|servers)\.ts$/;
    const seen = new Set(['decide.ts']);
    for (const file of seen)
      for (const one of imports) if (one.file === file && !isTypeOnly(file, one.to)) seen.add(one.to);
    expect([...seen].filter((file) => reads.test(file))).toEqual([]);
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

/** Whether a file takes only types from another. */
function isTypeOnly(file: string, to: string): boolean {
  const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.filter(ts.isImportDeclaration).every(({ moduleSpecifier, importClause }) => {
    const name = (moduleSpecifier as ts.StringLiteral).text;
    const target = name.startsWith('.') ? join(dirname(file), name).replace(/\.js$/, '.ts') : '';
    return target !== to || importClause?.isTypeOnly === true;
  });
}
