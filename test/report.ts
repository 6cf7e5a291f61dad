import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/** What a run of vitest came to. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed and how, a line each. */
  readonly failures: readonly string[];
  /** What passed only when it was tried again, and how it failed first, a line each. */
  readonly unsteady: readonly string[];
}

/** Writes a Report to the file that TEST_REPORT names. */
export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const having = (state: string) => tests.filter((test) => test.result().state === state);
    const failed = having('failed');
    const broken = [
      ...modules.flatMap((module) => {
        const suites = [module, ...module.children.allSuites()];
        return suites.flatMap((suite) => suite.errors().map((error) => `${module.relativeModuleId}: ${said(error)}`));
      }),
      ...unhandled.map((error) => `outside of tests: ${said(error)}`),
    ];
    const report: Report = {
      passed: having('passed').length,
      failed: failed.length + broken.length,
      skipped: having('skipped').length,
      failures: [...failed.map(line), ...broken],
      unsteady: having('passed')
        .filter((test) => test.diagnostic()?.flaky)
        .map(line),
    };
    writeFileSync(String(process.env.TEST_REPORT), JSON.stringify(report, undefined, 2));
  }
}

function line(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}: ${said(test.result().errors?.[0])}`;
}

/** The first line: what follows is printed where it happened. */
function said(error?: { readonly message: string }): string {
  return stripVTControlCharacters(error?.message ?? '').split('\n', 1)[0] ?? '';
}
