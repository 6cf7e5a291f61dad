import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import { Deployment } from 'cdk8s-reconciler/kinds';
import { Operator } from 'cdk8s-reconciler/synth';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { Replica } from './replica.js';
import { define, World } from './running.js';
import { controlWebServers, declareWebServer } from './sample.js';

const group = 'namespaces.test';
const WebServer = declareWebServer(group);

test('with watchNamespaces it needs Roles in these alone, its definition aside, and leaves other namespaces alone', async ({
  cluster,
}) => {
  const { namespace, controlPlane } = cluster;
  const [shop, blog, other] = await Promise.all(Array.from({ length: 3 }, () => cluster.createNamespace()));
  const watchNamespaces = [shop!, blog!];
  await define(cluster, WebServer);
  const entry = join(mkdtempSync(join(tmpdir(), 'namespaces-')), 'operator.cjs');
  writeFileSync(entry, '// started by the test');
  const chart = new Chart(new App(), 'operator', { namespace });
  new Operator(chart, 'web', { controllers: [controlWebServers(WebServer)], entry, watchNamespaces });
  const manifests = chart.toJson().filter(({ kind }) => kind !== 'Deployment');
  // Its definition is in no namespace.
  const beyond = manifests.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules }) => rules);
  expect(beyond).toMatchObject([{ resources: ['customresourcedefinitions'], verbs: ['get'] }]);
  await cluster.kubectl(['apply', '--filename=-'], Yaml.stringify(...manifests));

  const world = new World(cluster, WebServer);
  for (const name of [shop, blog, other]) await world.create('web', { replicas: 0 }, {}, name);
  const replica = await Replica.start(cluster, {
    group,
    name: 'web-0',
    lease: 'web',
    kubeconfig: await controlPlane.serviceAccountKubeconfig(namespace, 'web'),
    env: { WATCH_NAMESPACES: watchNamespaces.join() },
  });
  const deployments = () =>
    cluster.kubectl(['get', 'deployments', '--all-namespaces', '--output=name', `-l${group}/managed-by`]);
  await expect.poll(async () => (await deployments()).trim().split('\n').length, { timeout: 30_000 }).toBe(2);
  for (const name of watchNamespaces) {
    await cluster.kubectl([
      'wait',
      '--for=condition=Ready',
      'sampleservers.namespaces.test/web',
      `-n${name}`,
      '--timeout=30s',
    ]);
  }
  const account = `system:serviceaccount:${namespace}:web`;
  expect(cluster.audit(account).filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
  expect(cluster.audit(account).filter(({ objectRef }) => objectRef?.namespace === other)).toEqual([]);
  expect(await world.child(Deployment, 'web')).toBeUndefined();
  await replica.stop();
});
