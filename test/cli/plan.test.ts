import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { among, plan as planOf } from '../../lib/cli/plan.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { withDefaults } from '../../lib/resource/validate.js';
import { nacos as object } from '../nacos-object.js';
import { commandLine } from './program.js';

const { folder, run } = commandLine();

function nacos(spec: string): string {
  return `apiVersion: nacos.io/v1alpha1\nkind: Nacos\nmetadata: {name: prod, namespace: shop}\nspec: ${spec}\n`;
}

function plan(after: string, before: string) {
  const former = join(folder, 'former.yaml');
  writeFileSync(former, before);
  return run(['plan', '-f', '-', '--from', former], after);
}

it('cdk8s-nacos plan prints what a change will do, without any cluster and without what may be secret', () => {
  const { status, stdout } = plan(
    nacos(
      '{type: cluster, replicas: 5, version: 2.3.2, env: [{name: A, value: hush}], resources: {limits: {memory: 4Gi}}}',
    ),
    nacos(
      '{type: cluster, replicas: 3, version: 2.3.2, env: [{name: A, value: quiet}], resources: {limits: {memory: 2Gi}}}',
    ),
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Nacos shop\/prod: changes\n {2}Fields:\n/);
  expect(stdout).toContain('spec.replicas: 3 becomes 5\n');
  expect(stdout).toContain('spec.resources.limits.memory: "2Gi" becomes "4Gi"\n');
  expect(stdout).toMatch(
    / 1\. Scaling up to 4 members: adding prod-3\n.*\n +3\. Scaling up to 5 members: adding prod-4\n/,
  );
  expect(stdout).toMatch(/Restarts:\n +prod-2, prod-1, prod-0\n$/);
  expect(stdout).not.toMatch(/hush|quiet/);
});

it('cdk8s-nacos plan says what is refused and why, and exits with 1', () => {
  const { status, stdout } = plan(nacos('{type: cluster}'), nacos('{type: standalone}'));
  expect(status).toBe(1);
  expect(stdout).toMatch(/REFUSED\n {2}Refused:\n {4}spec.type: "cluster": cannot change on the embedded database/);
});

it('cdk8s-nacos plan of the same file is that nothing changes', () => {
  const same = nacos('{type: cluster}');
  expect(plan(same, same)).toMatchObject({ status: 0, stdout: 'Nacos shop/prod: nothing changes\n' });
});

it('cdk8s-nacos plan takes what a former file without content does not have for new', () => {
  const { status, stdout } = plan(nacos('{type: cluster}'), '');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Nacos shop\/prod: is new\n/);
  expect(plan(nacos('{}'), 'kind: Pod\n')).toMatchObject({ status: 2, stdout: '' });
});

it('cdk8s-nacos plan has no steps for what has to be waited for, and does not number it', async () => {
  const mysql = (version: string) =>
    nacos(`{type: cluster, version: ${version}, database: {type: mysql, mysqlHost: db, credentialsSecret: {name: a}}}`);
  const { stdout } = plan(mysql('2.3.2'), mysql('2.0.4'));
  expect(stdout).toMatch(/ {2}Waits:\n {4}waits for the schema, Job prod-schema-\w+\n/);
  expect(stdout).toMatch(/one after the other:\n {4}1\. Replacing prod-2/);
});

it('cdk8s-nacos plan names no generation that only a cluster knows in a command', () => {
  const mysql = (host: string) =>
    nacos(`{version: 2.3.2, database: {type: mysql, mysqlHost: ${host}, credentialsSecret: {name: a}}}`);
  const single = (env: string) => nacos(`{version: 2.3.2, env: [{name: A, value: ${env}}]}`);
  const moved = plan(mysql('b'), mysql('a'));
  expect(moved).toMatchObject({ status: 1, stdout: expect.stringContaining('database-moved=$(kubectl get nacos') });
  const lost = plan(single('b'), single('a'));
  expect(lost).toMatchObject({ status: 1, stdout: expect.stringContaining('loss=$(kubectl get statefulset') });
});

it('docs/operations/plan.md shows what plan prints', async () => {
  const [, shown = ''] =
    /environment and size:\n\n((?: {4}.*\n)+)/.exec(readFileSync('docs/operations/plan.md', 'utf8')) ?? [];
  const spec = (value: string) => ({ type: 'cluster', version: '2.3.2', env: [{ name: 'A', value }] });
  const [former, wanted] = [
    object(spec('a'), { name: 'prod' }),
    object({ ...spec('b'), replicas: 5 }, { name: 'prod' }),
  ];
  const { text } = await planOf([wanted], among([former]));
  expect(shown.replaceAll(/^ {4}/gm, '')).toBe(text);
});

it.each(['test/samples/nacos-single', 'test/samples/nacos-cluster', 'dist/90-samples.k8s'])(
  'a plan of what is there already is empty for %s.yaml',
  async (file) => {
    const documents = parseAllDocuments(readFileSync(`${file}.yaml`, 'utf8')).map((document) => document.toJS());
    const samples: NacosObject[] = documents
      .filter((document) => document?.kind === 'Nacos')
      .map(({ metadata, spec }) => withDefaults({ metadata: { namespace: 'shop', ...metadata }, spec }));
    expect(samples.length).toBeGreaterThan(0);
    const { text, failed } = await planOf(samples, among(samples));
    expect(text.split('\n').filter((line) => line && !line.endsWith(': nothing changes'))).toEqual([]);
    expect(failed).toBe(false);
  },
);
