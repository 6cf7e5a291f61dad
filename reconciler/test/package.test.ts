import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(__dirname, '../..');
const consumer = mkdtempSync(join(tmpdir(), 'consumer-'));

/** A project that has installed the package as npm would publish it, beside the peers it needs. */
beforeAll(() => {
  const modules = join(consumer, 'node_modules');
  const installed = join(modules, 'cdk8s-reconciler');
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, 'reconciler/package.json'), join(installed, 'package.json'));
  run('tsc', ['-p', join(root, 'reconciler/tsconfig.build.json'), '--outDir', join(installed, 'build')]);
  const names = [
    '@sinclair',
    '@types',
    'cdk8s',
    'cdk8s-plus-28',
    'constructs',
    'fflate',
    'kubernetes-types',
    'undici-types',
  ];
  for (const name of names) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(
    join(consumer, 'main.ts'),
    `import { controller, Deployment, resource } from 'cdk8s-reconciler';
     import { Operator } from 'cdk8s-reconciler/synth';
     export const names: string[] = [controller.name, resource.name, Deployment.kind, Operator.name];`,
  );
}, 60_000);

afterAll(() => rmSync(consumer, { recursive: true }));

function run(bin: string, args: readonly string[]): string {
  return execFileSync(join(root, 'node_modules/.bin', bin), args, { cwd: consumer, encoding: 'utf8' });
}

describe('the package', { timeout: 60_000 }, () => {
  it.each([
    ['commonjs', 'node10'],
    ['node16', 'node16'],
  ])('has types for consumers with module %s and moduleResolution %s', (module, moduleResolution) => {
    const settings = ['--module', module, '--moduleResolution', moduleResolution, '--target', 'es2022'];
    expect(run('tsc', [...settings, '--strict', '--noEmit', 'main.ts'])).toBe('');
  });

  it('is found by require and by import', () => {
    const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' });
    const subpaths = `['cdk8s-reconciler', 'cdk8s-reconciler/synth']`;
    expect(node('-p', `${subpaths}.map((path) => typeof require(path)).join()`)).toBe('object,object\n');
    const script = `import { Operator } from 'cdk8s-reconciler/synth'; console.log(Operator.name)`;
    expect(node('--input-type=module', '-e', script)).toBe('Operator\n');
  });

  it('declares without cdk8s, which only manifests need', () => {
    const script = `require('cdk8s-reconciler'); Object.keys(require.cache).some((file) => /cdk8s(-plus-28)?\\/lib|constructs/.test(file))`;
    expect(execFileSync(process.execPath, ['-p', script], { cwd: consumer, encoding: 'utf8' })).toBe('false\n');
  });
});
