import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

/** The command line as one file, which goes with the test file. */
export function commandLineProgram(): string {
  mkdirSync('build', { recursive: true });
  const folder = mkdtempSync('build/cli-');
  afterAll(() => rmSync(folder, { recursive: true }));
  const outfile = resolve(join(folder, 'main.js'));
  buildSync({
    entryPoints: ['lib/cli/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    conditions: ['cdk8s-source'],
    external: ['cdk8s'],
  });
  return outfile;
}
