import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, nacosOf, phase, test } from './operator.js';
import { type PodScript, stuck, unready } from './pod-scripts.js';
import type { TestCluster } from './test-cluster.js';

/** What an operator is given to say what is wrong. */
const soon = { timeout: 30_000, interval: 200 };
const mysql = (more: object = {}) => ({
  image: 'nacos/nacos-server:v2.0.4',
  database: { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'db-login' }, ...more },
});

/** The login that `mysql()` names: servers wait for one that is not there. */
async function createLogin(cluster: TestCluster): Promise<void> {
  const login = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db-login' },
    stringData: { username: 'nacos', password: 'nacos' },
  };
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(login));
}

async function statefulSets(cluster: TestCluster, name: string): Promise<string> {
  return cluster.kubectl(['get', 'statefulset', name, '--ignore-not-found', '-o', 'name']);
}

const stalledReason = (cluster: TestCluster, name: string) => async () =>
  (await conditionOf(cluster, name, 'Stalled'))?.reason;

const here = test.runIf(isolated());

here(
  'an image that does not exist is in the status, and its pod recovers once another one is named',
  async ({ cluster, operator }) => {
    cluster.kubelet.script({ labels: { app: 'image' } }, stuck('ErrImagePull', 'not found'));
    await apply(cluster, 'image', { image: 'nowhere/nacos:v2.0.4' });
    await expect.poll(stalledReason(cluster, 'image'), soon).toBe('ImagePullBackOff');
    expect((await conditionOf(cluster, 'image', 'Stalled'))?.message).toMatch(/not found; check spec.image/);
    cluster.kubelet.script({ labels: { app: 'image' } }, operator.pods);
    await apply(cluster, 'image', { image: 'nacos/nacos-server:v2.0.4' });
    await expect.poll(phase(cluster, 'image'), eventually).toBe('Running');
  },
);

here('servers wait for a database that does not answer, and start once it does', async ({ cluster, operator: _ }) => {
  await createLogin(cluster);
  cluster.kubelet.script({ labels: { app: 'waits-schema' } }, unready());
  await apply(cluster, 'waits', mysql());
  const schema = async () => (await conditionOf(cluster, 'waits', 'SchemaReady'))?.message;
  await expect.poll(schema, soon).toMatch(/waits until db:3306 answers/);
  expect(await statefulSets(cluster, 'waits')).toBe('');
  const pods = await cluster.kubectl([
    'get',
    'pods',
    '-l',
    'app=waits-schema',
    '-o',
    'jsonpath={.items[0].metadata.name}',
  ]);
  await cluster.kubelet.pod(cluster.namespace, pods).exit(0);
  await expect.poll(phase(cluster, 'waits'), eventually).toBe('Running');
});

here(
  'a login that the database refuses is in the status, and tried again by itself',
  async ({ cluster, operator: _ }) => {
    let refuse = true;
    const script: PodScript = {
      async start(pod) {
        while (refuse) {
          await pod.run();
          await pod.crash(1);
          await pod.sleep(200);
        }
        await pod.exit(0);
      },
    };
    await createLogin(cluster);
    cluster.kubelet.script({ labels: { app: 'refused-schema' } }, script);
    await apply(cluster, 'refused', mysql());
    const schema = async () => (await conditionOf(cluster, 'refused', 'SchemaReady'))?.message;
    await expect
      .poll(schema, soon)
      .toMatch(/has ended \d+ times.*the login is in Secret db-login.*tried again by itself/);
    expect((await nacosOf(cluster, 'refused')).status?.phase).toBe('Failed');
    expect(await statefulSets(cluster, 'refused')).toBe('');
    refuse = false;
    await expect.poll(phase(cluster, 'refused'), eventually).toBe('Running');
  },
);

here(
  'a class of volumes that is missing is in the status, and servers start once there is a volume',
  async ({ cluster, operator: _ }) => {
    const volume = { enabled: true, storageClass: `missing-${cluster.namespace}` };
    await apply(cluster, 'claims', { image: 'nacos/nacos-server:v2.0.4', volume });
    const ready = async () => (await conditionOf(cluster, 'claims', 'Ready'))?.reason;
    await expect.poll(ready, soon).toBe('Unschedulable');
    // It might be a volume or a node that is about to come.
    await expect.poll(stalledReason(cluster, 'claims'), eventually).toBe('Unschedulable');
    expect((await conditionOf(cluster, 'claims', 'Stalled'))?.message).toContain("the volume's class");
    const claim = await cluster.kubectl(['get', 'pvc', 'db-claims-0', '-o', 'jsonpath={.metadata.uid}']);
    const spec = {
      storageClassName: volume.storageClass,
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/nowhere' },
    };
    const manifest = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: cluster.namespace }, spec };
    await cluster.kubectl(['create', '-f', '-'], JSON.stringify(manifest));
    await expect.poll(phase(cluster, 'claims'), eventually).toBe('Running');
    // Nothing was deleted to get there.
    expect(await cluster.kubectl(['get', 'pvc', 'db-claims-0', '-o', 'jsonpath={.metadata.uid}'])).toBe(claim);
  },
);

here(
  'a version that the image does not name is asked for, and all goes on once it is given',
  async ({ cluster, operator: _ }) => {
    // Without a volume the server would have the only copy, and not be replaced.
    const volume = { enabled: true };
    await apply(cluster, 'latest', { image: 'nacos/nacos-server:latest', volume });
    const healthy = async () => (await conditionOf(cluster, 'latest', 'MembersHealthy'))?.message;
    await expect.poll(healthy, soon).toMatch(/set spec.version to what the image is/);
    await apply(cluster, 'latest', { image: 'nacos/nacos-server:latest', volume, version: '2.0.4' });
    await expect.poll(phase(cluster, 'latest'), eventually).toBe('Running');
  },
);

here(
  'a setting of a later version is in the status, and the servers run without it',
  async ({ cluster, operator: _ }) => {
    const env = [{ name: 'NACOS_DEPLOYMENT_TYPE', value: 'server' }];
    await apply(cluster, 'early', { image: 'nacos/nacos-server:v2.0.4', env });
    const message = async () => (await conditionOf(cluster, 'early', 'SettingsSupported'))?.message;
    await expect.poll(message, soon).toMatch(/Nacos 2.0.4 ignores spec.env NACOS_DEPLOYMENT_TYPE \(from 3.0 on\)/);
    await expect.poll(phase(cluster, 'early'), eventually).toBe('Running');
  },
);

here('nothing of this made the operator delete anything but pods that were to change', ({ operator }) => {
  const deleted = operator.requests().filter(({ verb }) => verb === 'delete');
  expect(deleted.filter(({ objectRef }) => objectRef?.resource !== 'pods')).toEqual([]);
});
