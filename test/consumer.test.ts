import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectsIn } from './kubernetes-object.js';

const app = realpathSync(mkdtempSync(join(tmpdir(), 'app-')));
afterAll(() => rmSync(app, { recursive: true }));

const source = `
import { App, Chart } from 'cdk8s';
import { ImageRegistry, ManagedBy, MysqlBackedNacos, NacosCluster } from 'cdk8s-nacos';
import { Nacos, NacosSpecType } from 'cdk8s-nacos/imports';
import { resource } from 'cdk8s-reconciler';

const app = new App();
ImageRegistry.use(app, 'harbor.cloud.io');
const chart = new Chart(app, 'nacos', { namespace: 'prod' });
const cluster = new NacosCluster(chart, 'registry', { replicas: 5 });
new MysqlBackedNacos(chart, 'config', {
  managedBy: ManagedBy.GITOPS,
  authentication: { secretName: 'auth' },
  database: { host: 'db', credentialsSecret: { name: 'login' } },
});
new Nacos(chart, 'typed', { metadata: { name: 'typed' }, spec: { type: NacosSpecType.STANDALONE } });
const address: string = cluster.serverAddress;
console.log(address, typeof resource);
app.synth();
`;

const plusApp = `
import { Testing } from 'cdk8s';
import { Deployment } from 'PLUS';
import { NacosCluster } from 'cdk8s-nacos';

const chart = Testing.chart();
const nacos = new NacosCluster(chart, 'registry');
new Deployment(chart, 'cart', {
  containers: [{ image: 'cart:1', envVariables: nacos.environment }],
  initContainers: [nacos.waitContainer()],
});
const cart = Testing.synth(chart).find(({ kind }) => kind === 'Deployment');
console.log(JSON.stringify(cart.spec.template.spec.initContainers));
`;

const jestTest = `
import { Testing } from 'cdk8s';
import { NacosCluster, NacosOperator } from 'cdk8s-nacos';

test('renders', () => {
  const chart = Testing.chart();
  new NacosCluster(chart, 'registry');
  new NacosOperator(chart, 'operator');
  expect(Testing.synth(chart).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Nacos', 'Deployment']));
});

test('says what is wrong', () => {
  expect(() => new NacosCluster(Testing.chart(), 'registry', { replicas: 2 })).toThrow('replicas');
});
`;

interface Manifest {
  readonly version: string;
  readonly bin?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function tarballOf(name: 'cdk8s-nacos' | 'cdk8s-reconciler'): string {
  const { version } = manifestOf(name === 'cdk8s-nacos' ? '.' : 'reconciler');
  return join(app, `${name}-${version}.tgz`);
}

/** What it wrote; where it fails, the error has that too. */
function run(file: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { cwd: app, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

function npm(...args: string[]): string {
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** As `npm install` would, but from what is on this machine: the two tarballs unpacked, their dependencies linked. */
function install(...packages: string[]): void {
  for (const name of packages) {
    const target = join(app, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(realpathSync(join('node_modules', name)), target);
  }
}

beforeAll(() => {
  npm('run', 'build');
  npm('pack', '--workspace', '.', '--workspace', 'reconciler', '--include-workspace-root', '--pack-destination', app);
  const dependencies = new Set([
    'typescript',
    '@types/node',
    'jest',
    'ts-jest',
    '@types/jest',
    'cdk8s-plus-28',
    'cdk8s-plus-33',
  ]);
  for (const name of ['cdk8s-nacos', 'cdk8s-reconciler'] as const) {
    const target = join(app, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', tarballOf(name), '-C', target, '--strip-components=1']);
    const { dependencies: needed, peerDependencies } = manifestOf(target);
    for (const dependency of Object.keys({ ...needed, ...peerDependencies })) dependencies.add(dependency);
  }
  dependencies.delete('cdk8s-reconciler');
  install(...dependencies);
  cpSync('node_modules/cdk8s-cli/templates/typescript-app/tsconfig.json', join(app, 'tsconfig.json'));
  writeFileSync(join(app, 'main.ts'), source);
});

describe('another app with the packed packages', () => {
  it('type-checks as the TypeScript template of cdk8s has it, and synthesizes', () => {
    run('node_modules/typescript/bin/tsc');
    expect(run('main.js')).toBe('registry-client.prod:8848 function\n');
    const objects = objectsIn(readFileSync(join(app, 'dist/nacos.k8s.yaml'), 'utf8'));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      expect.arrayContaining(['Nacos registry', 'Nacos typed', 'StatefulSet config', 'PodDisruptionBudget config']),
    );
  });

  it.each(['cdk8s-plus-28', 'cdk8s-plus-33'])('gives the constructs of %s what they take', (plus) => {
    writeFileSync(join(app, 'plus.ts'), plusApp.replace('PLUS', plus));
    run('node_modules/typescript/bin/tsc');
    const [container] = JSON.parse(run('plus.js')) as [{ securityContext: object; resources: object }];
    expect(container).toMatchObject({
      resources: { limits: { cpu: '100m', memory: '64Mi' } },
      securityContext: { capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
    });
  });

  it('is tested by jest, as the template of cdk8s has it', () => {
    cpSync('node_modules/cdk8s-cli/templates/typescript-app/jest.config.js', join(app, 'jest.config.js'));
    writeFileSync(join(app, 'registry.test.ts'), jestTest);
    const written = run('node_modules/jest/bin/jest.js', '--ci', '--json', 'registry.test.ts');
    expect(JSON.parse(written)).toMatchObject({ numPassedTests: 2, numFailedTests: 0 });
  });

  it('is the app of examples/gitops, which synthesizes what its folder of manifests is made of', () => {
    const environment = join(app, 'environment');
    cpSync('examples/gitops/app', environment, { recursive: true });
    run('node_modules/typescript/bin/tsc', '--project', environment);
    run(join(environment, 'main.js'));
    const files = readdirSync(join(app, 'dist')).filter((file) => /^\d/.test(file));
    const objects = files.flatMap((file) => objectsIn(readFileSync(join(app, 'dist', file), 'utf8')));
    expect(files).toEqual(['00-crds', '10-operator', '20-nacos', '30-cart'].map((chart) => `${chart}.k8s.yaml`));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      expect.arrayContaining(['Deployment nacos-operator', 'Nacos registry', 'Deployment cart']),
    );
  });

  it('runs the command', () => {
    const { bin } = manifestOf(join(app, 'node_modules/cdk8s-nacos'));
    expect(run(join('node_modules/cdk8s-nacos', bin!['cdk8s-nacos']!), 'images')).toContain(
      'nacos/nacos-server:v3.0.3\n',
    );
  });

  it('has one cdk8s, its own: the packages bring none', () => {
    const own = createRequire(join(app, 'main.js'));
    for (const name of ['cdk8s-nacos', 'cdk8s-reconciler']) {
      const folder = resolve(app, 'node_modules', name);
      expect(Object.keys(manifestOf(folder).dependencies ?? {})).not.toEqual(expect.arrayContaining(['cdk8s']));
      for (const shared of ['cdk8s', 'constructs'])
        expect(createRequire(join(folder, 'package.json')).resolve(shared)).toBe(own.resolve(shared));
    }
  });

  it('has nothing but what was built, the types and the definition', () => {
    const listed = execFileSync('tar', ['-tzf', tarballOf('cdk8s-nacos')], { encoding: 'utf8' });
    const others = listed
      .split('\n')
      .filter((path) => path && !/^package\/build\/(lib|imports)\/.*\.(c?js|cjs\.gz|d\.ts|sql)$/.test(path));
    expect(others.sort()).toEqual(
      expect.arrayContaining(['package/LICENSE', 'package/imports/crds.yaml', 'package/package.json']),
    );
    expect(
      others.filter((path) => !/^package\/(LICENSE|README.*\.md|package\.json|imports\/crds\.yaml)$/.test(path)),
    ).toEqual([]);
  });
});
