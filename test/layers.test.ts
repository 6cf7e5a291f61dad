import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** A file imports from its own layer or one to the left. */
const order = [
  'server',
  'resource',
  'admission',
  'render',
  'operate',
  'forecast',
  'model',
  'props',
  'constructs',
  'index',
] as const;
/** What each layer may import from outside. cdk8s, files and the network come in on the right only. */
const packages: Readonly<Record<string, readonly string[]>> = {
  server: ['cdk8s-reconciler/client', 'cdk8s-reconciler/kit', 'node:http'],
  data: [
    'modern-tar',
    'node:crypto',
    'node:events',
    'node:fs',
    'node:fs/promises',
    'node:http',
    'node:https',
    'node:stream',
    'node:stream/consumers',
    'node:stream/promises',
    'node:stream/web',
    'node:timers/promises',
  ],
  resource: [
    '@sinclair/typebox',
    '@sinclair/typebox/errors',
    '@sinclair/typebox/type',
    '@sinclair/typebox/value',
    '@marcbachmann/cel-js',
    'cdk8s-reconciler',
    'cdk8s-reconciler/kit',
    'cdk8s-reconciler/schema',
    'dot-properties',
  ],
  admission: [],
  render: ['kubernetes-types', 'node:crypto'],
  operate: [
    'cdk8s-reconciler',
    'cdk8s-reconciler/client',
    'cdk8s-reconciler/kinds',
    'cdk8s-reconciler/kit',
    'cdk8s-reconciler/run',
    'cdk8s-reconciler/schema',
    'kubernetes-types',
    'node:crypto',
    'node:timers/promises',
  ],
  forecast: ['cdk8s-reconciler', 'cdk8s-reconciler/client', 'cdk8s-reconciler/kinds', 'cdk8s-reconciler/plan'],
  constructs: [
    'cdk8s',
    'cdk8s-reconciler',
    'cdk8s-reconciler/kit',
    'cdk8s-reconciler/synth',
    'constructs',
    'dot-properties',
    'node:crypto',
    'node:fs',
    'kubernetes-types',
  ],
  cli: [
    'cdk8s',
    'cdk8s-reconciler',
    'cdk8s-reconciler/client',
    'cdk8s-reconciler/kinds',
    'cdk8s-reconciler/kit',
    'cdk8s-reconciler/synth',
    'commander',
    'kubernetes-types',
    'node:child_process',
    'node:fs',
    'node:os',
    'node:path',
    'node:stream/consumers',
    'node:util',
    'yaml',
  ],
  model: [],
  props: [
    '@sinclair/typebox',
    '@sinclair/typebox/errors',
    'cdk8s-reconciler/kit',
    'cdk8s-reconciler/schema',
    'constructs',
  ],
  index: [],
  main: ['cdk8s'],
  // Its program is bundled: apps that render do not have these packages installed.
  manager: [
    '@fastify/helmet',
    '@fastify/rate-limit',
    '@fastify/swagger',
    '@fastify/type-provider-typebox',
    '@sinclair/typebox',
    'cdk8s-nacos/model',
    'cdk8s-reconciler',
    'cdk8s-reconciler/client',
    'cdk8s-reconciler/kinds',
    'fastify',
    'kubernetes-types',
    'node:crypto',
    'node:events',
    'node:fs/promises',
    'node:http',
    'node:net',
    'node:path',
    'node:stream',
    'node:util',
    'node:zlib',
    'yaml',
  ],
};

const files = [
  'main.ts',
  ...['lib', 'manager/src'].flatMap((folder) =>
    readdirSync(folder, { encoding: 'utf8', recursive: true }).map((path) => `${folder}/${path}`),
  ),
].filter((path) => path.endsWith('.ts'));
const imports = files.flatMap((file) =>
  ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles.map(({ fileName }) => ({ file, to: fileName })),
);

function layerOf(file: string): string {
  if (file === 'main.ts') return 'main';
  if (file.startsWith('manager/')) return 'manager';
  if (file === 'lib/index.ts' || file === 'lib/model.ts') return file.slice('lib/'.length, -'.ts'.length);
  const [, folder, name] = file.split('/');
  return name === undefined ? 'constructs' : folder!;
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (from === 'main') return to === 'constructs' || to === 'index';
  // What the manager knows of an instance, the package declares: cdk8s-nacos/model.
  if (from === 'manager') return false;
  // It must not come into the operator's program, which has to fit into a ConfigMap.
  if (to === 'data') return from === 'cli';
  if (from === 'data') return to === 'server';
  if (from === 'cli') return ['server', 'resource', 'admission', 'render', 'operate', 'forecast'].includes(to);
  if (from === 'constructs' && to === 'model') return false;
  return to !== 'cli' && to !== 'main' && to !== 'manager' && order.indexOf(from as never) > order.indexOf(to as never);
}

describe('imports', () => {
  it('go one way: server < resource < render < constructs or command line < index, main', () => {
    const wrong = imports
      .filter(({ to }) => to.startsWith('.'))
      .map(({ file, to }) => ({ file, to: join(dirname(file), to).replace(/\.js$/, '.ts') }))
      .filter(({ file, to }) => !files.includes(to) || !mayImport(layerOf(file), layerOf(to)));
    expect(imports.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('take from outside only what their layer needs: no files and no network in what renders', () => {
    const wrong = imports
      .filter(({ to }) => !to.startsWith('.'))
      .map(({ file, to }) => ({ file, to: to.startsWith('kubernetes-types/') ? 'kubernetes-types' : to }))
      .filter(({ file, to }) => !packages[layerOf(file)]?.includes(to));
    expect(wrong).toEqual([]);
  });

  it('reach the network in one file, which nothing that renders imports; data brings connections of its own', () => {
    const users = imports
      .filter(({ file, to }) => to === 'node:http' && layerOf(file) !== 'manager')
      .map(({ file }) => file);
    expect(users.toSorted()).toEqual(['lib/data/server/client.ts', 'lib/server/exchange.ts']);
    const asking = imports.filter(({ to }) => /\/(client|exchange)\.js$/.test(to)).map(({ file }) => layerOf(file));
    expect(asking.filter((layer) => !['server', 'operate', 'data'].includes(layer))).toEqual([]);
  });

  it('use node:crypto for the name of the schema Job, for credentials, to compare contents, for digests of data and for the checksum of a program only', () => {
    const users = imports
      .filter(({ file, to }) => to === 'node:crypto' && layerOf(file) !== 'manager')
      .map(({ file }) => file);
    expect(users.toSorted()).toEqual([
      'lib/data/archive/format.ts',
      'lib/data/item.ts',
      'lib/data/passwords.ts',
      'lib/nacos-manager.ts',
      'lib/operate/administrator/logins.ts',
      'lib/operate/credentials/revision.ts',
      'lib/operate/credentials/secret.ts',
      'lib/operate/initial-data/observe.ts',
      'lib/render/schema-job.ts',
    ]);
  });
});
