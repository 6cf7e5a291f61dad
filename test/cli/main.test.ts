import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { objectsIn } from '../kubernetes-object.js';
import { commandLine } from './program.js';

const { run } = commandLine();
const single = 'test/samples/nacos-single.yaml';
const cluster = 'test/samples/nacos-cluster.yaml';

function nacos(spec: string, name = 'a'): string {
  return `apiVersion: nacos.io/v1alpha1\nkind: Nacos\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

describe('cdk8s-nacos render', () => {
  it('prints the objects of a manifest, in the order in which they are applied', () => {
    const { status, stdout, stderr } = run(['render', '-f', cluster, '-n', 'prod']);
    expect([status, stderr]).toEqual([0, '']);
    const objects = objectsIn(stdout);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`)).toEqual([
      'Secret nacos-cluster-database',
      'ConfigMap nacos-cluster-schema',
      'Job nacos-cluster-schema',
      'ConfigMap nacos-cluster-members',
      'NetworkPolicy nacos-cluster',
      'Service nacos-cluster-client',
      'Service nacos-cluster-headless',
      'StatefulSet nacos-cluster',
      'PodDisruptionBudget nacos-cluster',
    ]);
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['prod']));
    expect(stdout).toContain('name: wait-for-schema');
    expect(stdout).not.toMatch(/[&*]ref|&a\d/);
  });

  it('leaves the namespace of an object that has one', () => {
    const manifest = readFileSync(single, 'utf8').replace('name: nacos-single', 'name: nacos-single\n  namespace: own');
    expect(run(['render', '-n', 'prod', '-f', '-'], manifest).stdout).toContain('namespace: own\n');
  });

  it('takes every image from a registry', () => {
    const { stdout } = run(['render', '-f', '-', '--registry', 'harbor.cloud.io/mirror'], nacos('{}'));
    expect(stdout).toContain('image: harbor.cloud.io/mirror/nacos/nacos-server:v3.0.3\n');
  });

  it('reads what kubectl prints of several', () => {
    const items = ['b', 'c'].map((name) =>
      JSON.parse(JSON.stringify({ apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: { name } })),
    );
    const { stdout } = run(['render', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    expect(
      objectsIn(stdout)
        .filter(({ kind }) => kind === 'StatefulSet')
        .map(({ metadata }) => metadata.name),
    ).toEqual(['b', 'c']);
  });

  it('says which Secret is to be created by hand, beside the objects', () => {
    const { status, stderr, stdout } = run(['render', '-f', '-'], nacos('{}'));
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^Nacos a: the operator creates the Secret a-auth; without it, create it with the keys token/,
    );
    expect(stdout).not.toContain('kind: Secret');
    expect(run(['render', '-f', '-'], nacos('{certification: {secretName: mine}}')).stderr).toBe('');
  });
});

describe('cdk8s-nacos images', () => {
  it.each([
    ['by default', [], ['mysql:8.4', 'nacos/nacos-server:v3.0.3', 'node:24-slim']],
    [
      'by default from a registry',
      ['--registry', 'h.io'],
      ['h.io/library/mysql:8.4', 'h.io/library/node:24-slim', 'h.io/nacos/nacos-server:v3.0.3'],
    ],
    ['of a standalone server', ['-f', single], ['harbor.cloud.io/nacos/nacos-server:v2.0.4', 'node:24-slim']],
    [
      'of a cluster on MySQL',
      ['-f', cluster],
      ['harbor.cloud.io/library/mysql:8.4', 'harbor.cloud.io/nacos/nacos-server:v2.0.4', 'node:24-slim'],
    ],
  ])('lists those that are needed %s', (_case, args, images) => {
    expect(run(['images', ...args])).toEqual({
      status: 0,
      stderr: '',
      stdout: images.map((one) => `${one}\n`).join(''),
    });
  });
});

describe('cdk8s-nacos', () => {
  it.each([[[]], [['-h']], [['--help']]])('explains itself: %j', (args) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('render [options]');
  });

  it('explains a command, and says its version', () => {
    expect(run(['plan', '-h'])).toMatchObject({ status: 0, stdout: expect.stringContaining('-f, --file <file>') });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('prints for programs what it prints for people', () => {
    const words = run(['images']).stdout.trim().split('\n');
    expect(JSON.parse(run(['images', '-o', 'json']).stdout)).toEqual(words);
    expect(parse(run(['images', '-o', 'yaml']).stdout)).toEqual(words);
    const [plan] = JSON.parse(run(['plan', '-f', single, '--from', single, '-n', 'a', '-o', 'json']).stdout);
    expect(plan).toMatchObject({ namespace: 'a', name: 'nacos-single', isNew: false, fields: [], children: [] });
    const secret = nacos('{database: {type: mysql, mysqlHost: a, mysqlPassword: canary}}');
    expect(run(['plan', '-f', '-', '--from', single, '-o', 'json'], secret).stdout).not.toContain('canary');
  });

  it.each<[readonly string[], string, string]>([
    [['render'], '', "required option '-f, --file <file>' not specified"],
    [['rendr'], '', "unknown command 'rendr'\n(Did you mean render?)"],
    [['render', 'a.yaml', '-f', single], '', "too many arguments for 'render'"],
    [['status', 'a', '-A'], '', 'status: a name is of one namespace; give -n, not -A'],
    [['status', '-n', 'a', '-A'], '', 'status: either -n or -A'],
    [['images', '-A'], '', "unknown option '-A'"],
    [['images', '-o', 'xml'], '', "option '-o, --output <format>' argument 'xml' is invalid"],
    [['completion', 'fish'], '', 'completion: fish: is neither bash nor zsh'],
    [['render', '-f', single, '--nope'], '', "unknown option '--nope'"],
    [['render', '-f', 'none.yaml'], '', "none.yaml: can't be read: ENOENT"],
    [['render', '-f', 'lib'], '', "lib: can't be read: EISDIR"],
    [
      ['render', '-f', 'package.json'],
      '',
      'package.json: has no object with apiVersion nacos.io/v1alpha1 and kind Nacos',
    ],
    [
      ['render', '-f', cluster],
      '',
      'Nacos nacos-cluster: metadata.namespace: is required, since members call each other by names that contain it; set it or give -n NAMESPACE',
    ],
    [['render', '-f', '-'], 'a: [', '-: is not YAML: '],
    [['render', '-f', '-'], nacos('{}').replace('{name: a}', '{}'), '-: Nacos number 1: metadata.name: is required'],
    [['render', '-f', '-'], `${nacos('{}')}---\n${nacos('{}')}`, '-: Nacos a: is there twice; the later one would win'],
    [['render', '-f', '-'], nacos('{replicas: 2}'), '-: Nacos a: spec.replicas: 2: a standalone server is one pod'],
    [
      ['render', '-f', '-', '-n', 'prod'],
      nacos('{type: cluster, replicas: 1}'),
      'Nacos a: spec.replicas: a cluster of one member needs the operator',
    ],
    [
      ['render', '-f', '-'],
      nacos('{initialData: {namespaces: [{id: a, name: A}]}}'),
      'Nacos a: spec.initialData: needs the operator',
    ],
    [
      ['images', '-f', '-'],
      nacos('{database: {mysqlPort: 3306}}'),
      '-: Nacos a: spec.database.mysqlPort: 3306: is not a port such as "3306", with the quotes',
    ],
  ])('says what is wrong with %j and ends with 2', (args, input, words) => {
    const { status, stdout, stderr } = run(args, input);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`cdk8s-nacos: ${words}`);
    expect(stderr).not.toContain('    at ');
  });
});

describe('cdk8s-nacos versions', () => {
  it('prints the versions that the project was run with, with what differs', () => {
    const { status, stdout } = run(['versions', '--registry', 'harbor.cloud.io']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^VERSION +IMAGE +CONSOLE +TOKEN NEEDED +DEFAULT\n/);
    expect(stdout).toMatch(/3\.0\.3 +harbor\.cloud\.io\/nacos\/nacos-server:v3\.0\.3 +8080 +always +yes\n/);
    expect(stdout).toMatch(/2\.0\.4 .* 8848\/nacos +with authentication\n/);
  });
});

describe('cdk8s-nacos completion', () => {
  const { stdout: script } = run(['completion', 'bash']);
  const complete = (...words: string[]) => {
    const line = `COMP_WORDS=(cdk8s-nacos ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}`;
    const { stdout } = spawnSync('bash', ['-c', `${script}${line}; _cdk8s_nacos; echo "\${COMPREPLY[@]}"`]);
    return String(stdout).trim().split(' ');
  };

  it.each([
    [['st'], ['status']],
    [
      [''],
      ['render', 'images', 'versions', 'completion', 'diff', 'plan', 'status', 'adopt', 'doctor', 'report', 'data'],
    ],
    [
      ['adopt', '--co'],
      ['--context', '--confirm'],
    ],
  ])('completes %j', (words, expected) => {
    expect(complete(...words).filter((word) => !/^-[Vh]|^--(version|help)$/.test(word))).toEqual(expected);
  });
});
