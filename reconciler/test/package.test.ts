import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { installPackage } from './consumer.js';

const consumer = mkdtempSync(join(tmpdir(), 'consumer-'));

beforeAll(() => {
  installPackage(consumer);
  writeFileSync(
    join(consumer, 'main.ts'),
    `import { controller, resource } from 'cdk8s-reconciler';
     import { Deployment } from 'cdk8s-reconciler/kinds';
     import { onChart } from 'cdk8s-reconciler/chart';
     import { run } from 'cdk8s-reconciler/run';
     import { Operator } from 'cdk8s-reconciler/synth';
     export const names: string[] = [controller.name, resource.name, Deployment.kind, onChart.name, run.name, Operator.name];`,
  );
}, 300_000);

afterAll(() => rmSync(consumer, { recursive: true }));

function tsc(...args: string[]): string {
  return execFileSync(join(consumer, 'node_modules/.bin/tsc'), args, { cwd: consumer, encoding: 'utf8' });
}

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' });
}

describe('the package', { timeout: 300_000 }, () => {
  it.each([
    ['commonjs', 'node10'],
    ['node16', 'node16'],
  ])('has types for consumers with module %s and moduleResolution %s', (module, moduleResolution) => {
    const settings = ['--module', module, '--moduleResolution', moduleResolution, '--target', 'es2022'];
    expect(tsc(...settings, '--strict', '--noEmit', 'main.ts')).toBe('');
  });

  it('is found by require and by import', () => {
    const subpaths = `['', '/chart', '/client', '/kinds', '/kit', '/run', '/schema', '/synth', '/testing']`;
    expect(node('-p', `${subpaths}.every((path) => require('cdk8s-reconciler' + path))`)).toBe('true\n');
    const script = `import { Operator } from 'cdk8s-reconciler/synth'; console.log(Operator.name)`;
    expect(node('--input-type=module', '-e', script)).toBe('Operator\n');
  });

  it('declares without cdk8s, which only manifests need', () => {
    const script = `require('cdk8s-reconciler'); Object.keys(require.cache).some((file) => /cdk8s(-plus-28)?\\/lib|constructs/.test(file))`;
    expect(node('-p', script)).toBe('false\n');
  });
});

describe('cdk8s-reconciler init', { timeout: 300_000 }, () => {
  /** As `npx cdk8s-reconciler` runs it, in the consumer's folder. */
  const command = (...args: string[]) =>
    spawnSync(process.execPath, [bin('cdk8s-reconciler'), ...args], { cwd: consumer, encoding: 'utf8' });
  const bin = (name: string) => join(consumer, 'node_modules', name, manifest(name).bin[name]);
  const manifest = (name: string) =>
    JSON.parse(readFileSync(join(consumer, 'node_modules', name, 'package.json'), 'utf8'));
  /** An npm script of a project, whose packages are the consumer's. */
  const script = (project: string, name: string) =>
    execFileSync('npm', ['run', '--silent', name], { cwd: join(consumer, project), encoding: 'utf8' });
  const objects = (project: string) =>
    ['00-crds', '10-operator'].flatMap((chart) =>
      parseAllDocuments(readFileSync(join(consumer, project, `dist/${chart}.k8s.yaml`), 'utf8')).map((document) =>
        document.toJS(),
      ),
    );

  it('writes a project that passes its tests and checks, and renders an operator', () => {
    const { stdout, status } = command('init', 'my-operator');
    expect([status, stdout]).toEqual([0, expect.stringContaining('cd my-operator\n')]);
    expect(script('my-operator', 'test')).toMatch(/ pass 2$/m);
    expect(script('my-operator', 'check')).toBe('');
    script('my-operator', 'synth');
    const rendered = objects('my-operator');
    expect(rendered.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      expect.arrayContaining(['CustomResourceDefinition websites.example.com', 'Deployment my-operator']),
    );
    script('my-operator', 'bundle');
    expect(existsSync(join(consumer, 'my-operator/build/operator.cjs'))).toBe(true);
  });

  it('takes the names of the kind and its group', () => {
    command('init', 'cache', '--kind', 'RedisCluster', '--group', 'shop.example.org');
    expect(script('cache', 'test')).toMatch(/ pass 2$/m);
    expect(script('cache', 'check')).toBe('');
    script('cache', 'synth');
    const { spec } = objects('cache').find(({ kind }) => kind === 'CustomResourceDefinition');
    expect([spec.group, spec.names.kind]).toEqual(['shop.example.org', 'RedisCluster']);
    const files = execFileSync('find', ['.', '-type', 'f'], { cwd: join(consumer, 'cache'), encoding: 'utf8' });
    expect(files).toContain('./.github/workflows/ci.yaml');
    expect(files).toContain('./.gitignore');
    const left = spawnSync('grep', ['-rniE', 'website|my-operator', '.'], {
      cwd: join(consumer, 'cache'),
      encoding: 'utf8',
    });
    expect(left.stdout).toBe('');
  });

  it('leaves a folder alone that is in use', () => {
    command('init', 'taken');
    writeFileSync(join(consumer, 'taken/main.ts'), 'mine');
    const { stderr, status } = command('init', 'taken');
    expect([status, stderr]).toEqual([2, expect.stringContaining('taken: there is such a folder')]);
    expect(readFileSync(join(consumer, 'taken/main.ts'), 'utf8')).toBe('mine');
  });

  it.each([
    [['init'], 'a name is missing'],
    [['init', '../up'], '../up: not a name'],
    [['init', 'My_Operator'], 'My_Operator: not a name'],
    [['init', 'a', 'b'], 'b: not expected here'],
    [['init', 'a', '--kind', 'redis'], '--kind redis: not a kind'],
    [['init', 'a', '--kind', 'Deployment'], '--kind Deployment: the project needs this name'],
    [['init', 'a', '--group', 'shop'], '--group shop: not an API group'],
    [['create'], 'create: no such command'],
    [['--nonsense'], '--nonsense'],
  ])('refuses %j in words', (args, words) => {
    const { stderr, status } = command(...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(existsSync(join(consumer, 'a'))).toBe(false);
  });

  it('asks for the versions that are tested here', () => {
    const versions = (path: string): Record<string, string> => {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(join(__dirname, '../..', path), 'utf8'));
      return { ...dependencies, ...devDependencies };
    };
    const tested = { ...versions('package.json'), ...versions('examples/webserver/package.json') };
    for (const [name, range] of Object.entries(versions('reconciler/template/package.json'))) {
      expect([name, range.replace('^', '')]).toEqual([name, tested[name]?.replace('^', '')]);
    }
  });
});
