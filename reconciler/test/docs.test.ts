import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from './readme.js';

const home = join(__dirname, '..');
const example = join(home, '../examples/webserver');
const pages = [
  'README.md',
  'README.zh-CN.md',
  'CHANGELOG.md',
  'docs/bench.md',
  'docs/children.md',
  'docs/faults.md',
  'docs/promises.md',
];

describe('the README', () => {
  const files = codeBlocks('README.md').filter(({ file }) => file && file !== 'cdk8s.yaml');

  it.each(files)('shows $file as the example has it', ({ file = '', code }) => {
    expect(code).toBe(readFileSync(join(example, file), 'utf8'));
  });

  it('has the same code in Chinese', () => {
    expect(codeBlocks('README.zh-CN.md')).toEqual(codeBlocks('README.md'));
  });
});

it.each(pages)('links of %s lead somewhere', (page) => {
  const text = readFileSync(join(home, page), 'utf8');
  for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]*)/g)) {
    expect([target, existsSync(join(home, dirname(page), target))]).toEqual([target, true]);
  }
});

describe.each(['docs/faults.md', 'docs/promises.md'])('%s', (page) => {
  const rows = [...readFileSync(join(home, page), 'utf8').matchAll(/\| ([\w/-]+): ([^|]+) \|$/gm)];

  it.each(rows.map(([, file, name]) => ({ file, name })))('names a test: $file: $name', ({ file = '', name = '' }) => {
    // What varies from test to test stands in braces there and is a dot here.
    const paths = [file, `cluster/${file}`].map((path) => join(home, `test/${path}.test.ts`));
    const source = readFileSync(paths.find(existsSync) ?? '', 'utf8').replace(/\$\{\w+\}/g, '…');
    expect(source).toContain(name);
  });

  it('has many rows, each with its test', () => {
    const all = readFileSync(join(home, page), 'utf8').match(/^\| .*\|$/gm) ?? [];
    expect(rows.length).toBeGreaterThan(30);
    expect(all.filter((row) => !/^\| (what goes wrong|promise) |^\|--/.test(row))).toHaveLength(rows.length);
  });
});

it('the API reference is what the docstrings say (npm run docs -w reconciler)', { timeout: 120_000 }, () => {
  const fresh = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    execFileSync(join(home, '../node_modules/.bin/typedoc'), ['--out', fresh, '--logLevel', 'Warn'], { cwd: home });
    const read = (directory: string) =>
      Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
    expect(read(fresh)).toEqual(read(join(home, 'docs/api')));
  } finally {
    rmSync(fresh, { recursive: true });
  }
});
