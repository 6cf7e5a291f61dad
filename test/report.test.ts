import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { FileReport } from './report.js';

const tests = `
  it('passes', () => {});
  it('fails', () => expect('one').toBe('two'));
  it.skip('is left out', () => {});
  describe('without a server', () => {
    beforeAll(() => { throw new Error('no server\\nmore about that'); });
    it('does not run', () => {});
  });`;

it('a run is reported by file, with what failed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'some.test.js'), tests);
  writeFileSync(join(folder, 'unfit.test.js'), "throw new Error('it cannot be loaded');");
  writeFileSync(join(folder, 'careless.test.js'), "it('passes', () => void Promise.reject(new Error('not awaited')));");
  const vitest = join(dirname(createRequire(__filename).resolve('vitest/package.json')), 'vitest.mjs');
  const report = join(folder, 'report.json');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', `--root=${folder}`, '--globals', `--reporter=${join(__dirname, 'report.ts')}`],
    { env: { ...process.env, TEST_REPORT: report } },
  );
  expect(status).toBe(1);
  const [outside, ...reports]: FileReport[] = JSON.parse(readFileSync(report, 'utf8')).sort(
    (one: FileReport, other: FileReport) => one.file.localeCompare(other.file),
  );
  expect(outside).toMatchObject({
    file: '',
    passed: 0,
    failures: [
      expect.stringMatching(
        /^outside of tests: not awaited at .*careless\.test\.js:1:\d+\)? while .*careless\.test\.js ran$/,
      ),
    ],
  });
  expect(reports).toEqual([
    { file: 'careless.test.js', seconds: expect.any(Number), passed: 1, skipped: 0, failures: [] },
    {
      file: 'some.test.js',
      seconds: expect.any(Number),
      passed: 1,
      skipped: 2,
      failures: ["some.test.js > fails: expected 'one' to be 'two' // Object.is equality", 'some.test.js: no server'],
    },
    {
      file: 'unfit.test.js',
      seconds: expect.any(Number),
      passed: 0,
      skipped: 0,
      failures: ['unfit.test.js: it cannot be loaded'],
    },
  ]);
});
