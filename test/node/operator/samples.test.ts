import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Lease } from 'kubernetes-types/coordination/v1.js';
import { expect } from 'vitest';
import { type Manifest, read } from '../../cluster/manifests.js';
import { programFile, synth } from '../../synth.js';
import { database } from '../manifests.js';
import { nodeAddress } from '../node-network.js';
import { type OperatedCluster, root, testWithOperator } from './operated-cluster.js';

const test = testWithOperator(3);
const sample = (name: string) => join(root, 'test', 'samples', `${name}.yaml`);
const soon = { timeout: 60_000, interval: 200 };

test('the operator runs from dist/ in two pods, and one of them leads', async ({ operated }) => {
  const output = '--output=jsonpath={.items[?(@.status.phase=="Running")].metadata.name}';
  const pods = (await operated.kubectl(['get', 'pods', '-n', 'nacos-operator', output])).split(' ');
  expect(pods).toHaveLength(2);
  const lease = async () =>
    JSON.parse(
      await operated.kubectl(['get', 'lease', 'nacos-operator', '-n', 'nacos-operator', '-o', 'json']),
    ) as Lease;
  const { spec } = await lease();
  expect(pods.some((pod) => spec?.holderIdentity?.startsWith(pod))).toBe(true);
});

test('both samples come up as users wrote them, and kubectl shows the table that they expect', async ({ operated }) => {
  await operated.kubectl(['apply', '-f', sample('nacos-single'), '-f', sample('nacos-cluster')]);
  await expect
    .poll(() => operated.row('nacos-cluster'), soon)
    .toEqual(['nacos-cluster', '3', 'Creating', 'cluster', 'mysql', '']);
  await expect
    .poll(() => operated.row('nacos-single'), soon)
    .toEqual(['nacos-single', '1', 'Creating', 'standalone', 'embedded', '']);
  expect(await operated.kubectl(['get', 'nacos'])).toMatch(
    /^NAME +REPLICAS +READY +TYPE +DBTYPE +VERSION +CREATETIME\n/,
  );
  // The servers of a cluster wait for their tables, and those for the database.
  await expect
    .poll(async () => (await operated.condition('nacos-cluster', 'SchemaReady'))?.reason, soon)
    .toBe('Waiting');
  expect(await operated.kubectl(['get', 'pods', '-l', 'app=nacos-cluster', '-o', 'name'])).toBe('');
  // It asks for no part of a processor, so nothing else should start beside it.
  await operated.running('nacos-single');
  await operated.nodes.apply(...database('mysql', 'mariadb:10.11', 'change-me'));
  await operated.running('nacos-cluster');
  // Seen once to be another one for a moment, with six servers starting on two cores.
  await expect
    .poll(() => operated.row('nacos-single'), soon)
    .toEqual(['nacos-single', '1', 'Running', 'standalone', 'embedded', '2.0.4']);
  await expect
    .poll(() => operated.row('nacos-cluster'), soon)
    .toEqual(['nacos-cluster', '3', 'Running', 'cluster', 'mysql', '2.0.4']);
  const members = async () => (await operated.nacos('nacos-cluster')).status?.members ?? [];
  await expect
    .poll(async () => (await members()).map(({ pod, state, version }) => [pod, state, version]), soon)
    .toEqual([0, 1, 2].map((ordinal) => [`nacos-cluster-${ordinal}`, 'UP', '2.0.4']));
  await operated.kubectl(['wait', '--for=condition=Ready', 'nacos/nacos-single', 'nacos/nacos-cluster']);
});

test('the console answers on a node port', async ({ operated }) => {
  const patch = JSON.stringify({ spec: { console: { nodePort: 30080 } } });
  for (const [name, port] of [
    ['nacos-single', 30080],
    ['nacos-cluster', 30081],
  ] as const) {
    await operated.kubectl(['patch', 'nacos', name, '--type=merge', '-p', patch.replace('30080', String(port))]);
    const page = () => fetch(`http://${nodeAddress(1)}:${port}/nacos/`).then((answer) => answer.text(), String);
    await expect.poll(page, soon).toContain('<title>Nacos</title>');
  }
});

test('what applications registered and published is still there after a pod was deleted', async ({ operated }) => {
  await operated.startClient('of-single', 'nacos-single', { publish: 'hello' });
  await operated.startClient('of-cluster', 'nacos-cluster-client', { publish: 'hello' });
  for (const client of ['of-single', 'of-cluster']) await operated.clientSees(client, 'hello');
  await Promise.all([operated.replacePod('nacos-single-0'), operated.replacePod('nacos-cluster-1')]);
  for (const client of ['of-single', 'of-cluster']) await operated.clientSees(client, 'hello');
  await operated.running('nacos-single', 'nacos-cluster');
});

test('a newer dist/ over an older one leaves the servers alone', async ({ operated }) => {
  const before = await pods(operated);
  for (const manifests of [older(), rendered()]) {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
    await operated.kubectl(['apply', '--server-side', '-f', '-'], list);
    await operated.rolledOut();
    // The present leader has looked at it.
    await operated.kubectl(['annotate', 'nacos', 'nacos-cluster', `seen-by=${manifests.length}`, '--overwrite']);
    await operated.running('nacos-single', 'nacos-cluster');
  }
  expect(await pods(operated)).toEqual(before);
});

test('servers outlive the operator, and data the Nacos', async ({ operated }) => {
  const before = await pods(operated);
  await operated.kubectl(['delete', '-f', join(synth(), '10-operator.k8s.yaml')]);
  expect(await pods(operated)).toEqual(before);
  await operated.clientSees('of-single', 'hello');

  await operated.kubectl(['delete', '-f', sample('nacos-single'), '--cascade=foreground']);
  const left = ['get', 'pods,services,statefulsets', '-l', 'app=nacos-single', '-o', 'name'];
  await expect.poll(() => operated.kubectl(left), soon).toBe('');
  expect(await operated.kubectl(['get', 'pvc', '-o', 'name'])).toContain('persistentvolumeclaim/db-nacos-single-0\n');

  for (const file of ['10-operator.k8s.yaml', programFile])
    await operated.kubectl(['apply', '--server-side', '-f', join(synth(), file)]);
  await operated.kubectl(['apply', '-f', sample('nacos-single')]);
  await operated.running('nacos-single');
  await operated.clientSees('of-single', 'hello');
});

/** What could only be there after a restart is another one. */
async function pods(operated: OperatedCluster): Promise<string[]> {
  const fields = '{.metadata.uid} {.status.containerStatuses[0].containerID}';
  const output = `--output=jsonpath={range .items[*]}${fields}{"\\n"}{end}`;
  return (await operated.kubectl(['get', 'pods', '-l', 'component=nacos', output])).split('\n').sort();
}

function rendered(): Manifest[] {
  return ['00-crds.k8s.yaml', '10-operator.k8s.yaml', programFile].flatMap((file) => read(join(synth(), file)));
}

/** What dist/ could have been before: a definition without a field of today, and the program that does not know it. */
function older(): Manifest[] {
  const manifests = JSON.parse(JSON.stringify(rendered()));
  // The only place where a call stands after it, of a builder in another: the optional list.
  const declared = /topologySpreadConstraints:(?=[\w$]+\([\w$]+\()/;
  for (const manifest of manifests) {
    if (manifest.kind === 'CustomResourceDefinition')
      delete manifest.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.topologySpreadConstraints;
    if (manifest.binaryData) {
      const [name, program] = Object.entries<string>(manifest.binaryData)[0]!;
      const source = gunzipSync(Buffer.from(program, 'base64')).toString();
      expect(source).toMatch(declared);
      // A key that no schema lists.
      manifest.binaryData = { [name]: gzipSync(source.replace(declared, '[Symbol()]:')).toString('base64') };
    }
    if (manifest.kind === 'Deployment')
      manifest.spec.template.metadata.annotations['checksum/program'] = 'an older one';
  }
  return manifests;
}
