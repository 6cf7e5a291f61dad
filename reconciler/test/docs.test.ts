import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from './readme.js';

const home = join(__dirname, '..');
const example = join(home, '../examples/webserver');
const pages = ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'docs/bench.md'];

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
