import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { inNamespace } from './cluster/network.js';
import type { FileReport } from './report.js';
import type { Layer } from './test-layers.js';

const vitest = join(dirname(createRequire(__filename).resolve('vitest/package.json')), 'vitest.mjs');
const root = dirname(__dirname);

export interface TestRun {
  /** More arguments of vitest, among them parts of paths of test files. */
  readonly args: readonly string[];
  /** For the reports. */
  readonly folder: string;
}

/** Runs the tests of a layer, each once. */
export async function runTests(layer: Layer, run: TestRun): Promise<FileReport[]> {
  return layer.filesAtOnce ? runEach(layer, run, layer.filesAtOnce) : runOnce(layer, run);
}

async function runEach(layer: Layer, run: TestRun, filesAtOnce: number): Promise<FileReport[]> {
  const files = filesOf(layer, run.args);
  const reports: FileReport[] = [];
  const worker = async () => {
    for (let file = files.shift(); file; file = files.shift()) reports.push(...(await runOnce(layer, run, file)));
  };
  await Promise.all(Array.from({ length: filesAtOnce }, worker));
  return reports;
}

/** The long ones first, so that none of them is the last. */
function filesOf(layer: Layer, args: readonly string[]): string[] {
  const list = [vitest, 'list', `--project=${layer.name}`, '--filesOnly', '--json', '--passWithNoTests', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, list, { encoding: 'utf8' });
  // Without this a layer of no file would pass.
  if (status !== 0) throw new Error(`vitest cannot list the files of layer ${layer.name}:\n${stderr || stdout}`);
  const files: string[] = JSON.parse(stdout || '[]').map(({ file }: { file: string }) => relative(root, file));
  const long = (file: string) => layer.takesLong?.(file) ?? false;
  return [...files.filter(long), ...files.filter((file) => !long(file))];
}

async function runOnce(layer: Layer, { args, folder }: TestRun, file = ''): Promise<FileReport[]> {
  const report = join(folder, `${(file || layer.name).replaceAll('/', '.')}.json`);
  rmSync(report, { force: true });
  const command = [process.execPath, vitest, 'run', `--project=${layer.name}`, '--passWithNoTests', ...args];
  if (layer.workers && !args.some((arg) => arg.startsWith('--maxWorkers')))
    command.push(`--maxWorkers=${layer.workers}`);
  command.push('--reporter=default', `--reporter=${join(__dirname, 'report.ts')}`);
  const environment = { TEST_REPORT: report, ...(file && { TEST_FILE: file }) };
  const code = await execute((layer.isolated && inNamespace(command)) || plain(command), environment);
  const reports: FileReport[] = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : [];
  // A runner that died has no failed test to count.
  if (code === 0 || reports.some(({ failures }) => failures.length > 0)) return reports;
  const ended = `${file || layer.name}: vitest ended with code ${code}`;
  return [...reports, { file, seconds: 0, passed: 0, skipped: 0, failures: [ended] }];
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

function plain([command = '', ...args]: readonly string[]): Command {
  return { command, args, env: process.env };
}

function execute({ command, args, env }: Command, more: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...env, ...more } })
      .on('error', reject)
      .on('close', (code) => resolve(code ?? 1));
  });
}
