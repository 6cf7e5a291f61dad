import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/** What a run of a test file came to. */
export interface FileReport {
  /** Relative to the root; empty for what failed outside of any file. */
  readonly file: string;
  readonly seconds: number;
  readonly passed: number;
  readonly skipped: number;
  /** What failed and how, a line each. */
  readonly failures: readonly string[];
}

/** Writes a list of FileReports to the file that TEST_REPORT names. */
export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const reports = modules.map(reportOf);
    if (unhandled.length > 0) {
      const failures = unhandled.map((error) => `outside of tests: ${[said(error), ...whereOf(error)].join(' ')}`);
      reports.push({ file: '', seconds: 0, passed: 0, skipped: 0, failures });
    }
    writeFileSync(String(process.env.TEST_REPORT), JSON.stringify(reports, undefined, 2));
  }
}

function reportOf(module: TestModule): FileReport {
  const file = module.relativeModuleId;
  const tests = [...module.children.allTests()];
  const having = (state: string) => tests.filter((test) => test.result().state === state);
  const errors = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
  return {
    file,
    seconds: Math.round(module.diagnostic().duration / 1000),
    passed: having('passed').length,
    skipped: having('skipped').length,
    failures: [...having('failed').map(line), ...errors.map((error) => `${file}: ${said(error)}`)],
  };
}

function line(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}: ${said(test.result().errors?.[0])}`;
}

/** The first caller outside of Node, and the test file that ran at the time, which need not be the one to blame. */
function whereOf({ VITEST_TEST_PATH: file, stack = '' }: SerializedError): string[] {
  const callers = stack.match(/\bat .+:\d+:\d+\)?$/gm) ?? [];
  const caller = callers.find((line) => !line.includes('node:')) ?? callers[0];
  return [...(caller ? [caller] : []), ...(file ? [`while ${relative(process.cwd(), String(file))} ran`] : [])];
}

/** The first line: what follows is printed where it happened. */
function said(error?: { readonly message: string }): string {
  return stripVTControlCharacters(error?.message ?? '').split('\n', 1)[0] ?? '';
}
