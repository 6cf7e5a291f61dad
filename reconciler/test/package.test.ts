import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPackage } from './consumer.js';

const consumer = mkdtempSync(join(tmpdir(), 'consumer-'));

beforeAll(() => {
  installPackage(consumer);
  writeFileSync(
    join(consumer, 'main.ts'),
    `import { controller, Deployment, resource } from 'cdk8s-reconciler';
     import { onChart } from 'cdk8s-reconciler/chart';
     import { run } from 'cdk8s-reconciler/run';
     import { Operator } from 'cdk8s-reconciler/synth';
     export const names: string[] = [controller.name, resource.name, Deployment.kind, onChart.name, run.name, Operator.name];`,
  );
}, 60_000);

afterAll(() => rmSync(consumer, { recursive: true }));

function tsc(...args: string[]): string {
  return execFileSync(join(consumer, 'node_modules/.bin/tsc'), args, { cwd: consumer, encoding: 'utf8' });
}

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' });
}

describe('the package', { timeout: 60_000 }, () => {
  it.each([
    ['commonjs', 'node10'],
    ['node16', 'node16'],
  ])('has types for consumers with module %s and moduleResolution %s', (module, moduleResolution) => {
    const settings = ['--module', module, '--moduleResolution', moduleResolution, '--target', 'es2022'];
    expect(tsc(...settings, '--strict', '--noEmit', 'main.ts')).toBe('');
  });

  it('is found by require and by import', () => {
    const subpaths = `['', '/chart', '/client', '/run', '/synth', '/testing']`;
    expect(node('-p', `${subpaths}.every((path) => require('cdk8s-reconciler' + path))`)).toBe('true\n');
    const script = `import { Operator } from 'cdk8s-reconciler/synth'; console.log(Operator.name)`;
    expect(node('--input-type=module', '-e', script)).toBe('Operator\n');
  });

  it('declares without cdk8s, which only manifests need', () => {
    const script = `require('cdk8s-reconciler'); Object.keys(require.cache).some((file) => /cdk8s(-plus-28)?\\/lib|constructs/.test(file))`;
    expect(node('-p', script)).toBe('false\n');
  });
});
