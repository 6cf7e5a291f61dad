import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

/**
 * The command line as one file, in a folder that the test file has for itself and that goes with it.
 *
 * @returns the folder, and what runs the command: without any cluster, and with `input` as standard input
 */
export function commandLine() {
  mkdirSync('build', { recursive: true });
  const folder = mkdtempSync('build/cli-');
  const program = join(folder, 'main.js');
  buildSync({
    entryPoints: ['lib/cli/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    conditions: ['cdk8s-source'],
    external: ['cdk8s'],
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (args: readonly string[], input = '') => {
    const env = { PATH: process.env.PATH };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      input,
      encoding: 'utf8',
      env,
    });
    return { status, stdout, stderr };
  };
  return { folder, run };
}
