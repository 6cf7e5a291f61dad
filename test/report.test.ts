import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const tests = `
  let tries = 0;
  it('passes', () => {});
  it('passes when it is tried again', () => expect(++tries).toBe(2));
  it('fails', () => expect('one').toBe('two'));
  it.skip('is left out', () => {});
  describe('without a server', () => {
    beforeAll(() => { throw new Error('no server\\nmore about that'); });
    it('does not run', () => {});
  });`;

it('a run is reported with what failed, and with what passed only at a second try', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'some.test.js'), tests);
  writeFileSync(join(folder, 'unfit.test.js'), "throw new Error('it cannot be loaded');");
  const vitest = join(dirname(createRequire(__filename).resolve('vitest/package.json')), 'vitest.mjs');
  const report = join(folder, 'report.json');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', `--root=${folder}`, '--globals', '--retry=1', `--reporter=${join(__dirname, 'report.ts')}`],
    { env: { ...process.env, TEST_REPORT: report } },
  );
  expect(status).toBe(1);
  expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual({
    passed: 2,
    failed: 3,
    skipped: 2,
    failures: [
      "some.test.js > fails: expected 'one' to be 'two' // Object.is equality",
      'some.test.js: no server',
      'unfit.test.js: it cannot be loaded',
    ],
    unsteady: ['some.test.js > passes when it is tried again: expected 1 to be 2 // Object.is equality'],
  });
});
