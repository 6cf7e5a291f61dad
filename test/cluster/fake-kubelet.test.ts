import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { test } from './fixture.js';
import { standInAddress } from './network.js';
import { complete, crashLoop, hangInTermination, ready, stuck, unready } from './pod-scripts.js';
import type { TestCluster } from './test-cluster.js';

const template = (name: string, restartPolicy?: string) => ({
  metadata: { labels: { app: name } },
  spec: { restartPolicy, terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'example.com/main' }] },
});

function createPod({ api, namespace }: TestCluster, name: string): Promise<Pod> {
  return api.create(`/api/v1/namespaces/${namespace}/pods`, {
    ...template(name),
    metadata: { name, labels: { app: name } },
  });
}

function getPod({ api, namespace }: TestCluster, name: string): Promise<Pod> {
  return api.get(`/api/v1/namespaces/${namespace}/pods/${name}`);
}

const isReady = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

function statefulSet({ api, namespace }: TestCluster, name: string, spec: object): Promise<StatefulSet> {
  return api.create(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, {
    metadata: { name },
    spec: { serviceName: name, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
  });
}

const eventually = { timeout: 120_000, interval: 50 };

test('a StatefulSet rolls out on the fake node, and its Service gets the addresses of its pods', async ({
  cluster,
}) => {
  const { api, namespace } = cluster;
  await api.create(`/api/v1/namespaces/${namespace}/services`, {
    metadata: { name: 'web' },
    spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  await statefulSet(cluster, 'web', { replicas: 3 });
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/web`;
  await expect.poll(async () => (await api.get<StatefulSet>(path)).status?.readyReplicas, eventually).toBe(3);
  const slices = () =>
    api.list<{ endpoints: { addresses: string[] }[] }>(
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
    );
  const addresses = async () =>
    (await slices()).items.flatMap(({ endpoints }) => endpoints.flatMap((end) => end.addresses));
  await expect
    .poll(async () => (await addresses()).sort(), eventually)
    .toEqual([0, 1, 2].map((ordinal) => cluster.kubelet.pod(namespace, `web-${ordinal}`).address).sort());
});

test('a stand-in server listens on the address of a fake pod', async ({ cluster }) => {
  await createPod(cluster, 'served');
  await expect.poll(async () => isReady(await getPod(cluster, 'served')), eventually).toBe(true);
  const address = (await getPod(cluster, 'served')).status?.podIP ?? '';
  const server = createServer((_, response) => response.end('it is me')).listen(8848, standInAddress(address));
  try {
    await once(server, 'listening');
    const [answer] = await once(request({ host: standInAddress(address), port: 8848 }).end(), 'response');
    expect(answer.statusCode).toBe(200);
  } finally {
    server.close();
  }
});

test('a pod becomes ready after the time its script says, not before', async ({ cluster }) => {
  cluster.kubelet.script({ name: 'slow' }, ready({ after: 500 }));
  await createPod(cluster, 'slow');
  await expect.poll(async () => (await getPod(cluster, 'slow')).status?.phase, eventually).toBe('Running');
  expect(isReady(await getPod(cluster, 'slow'))).toBe(false);
  await expect.poll(async () => isReady(await getPod(cluster, 'slow')), eventually).toBe(true);
});

test('a test decides when a pod is ready', async ({ cluster }) => {
  const { kubelet, namespace } = cluster;
  kubelet.script({ labels: { app: 'steered' } }, unready());
  await createPod(cluster, 'steered');
  await expect.poll(async () => (await getPod(cluster, 'steered')).status?.phase, eventually).toBe('Running');
  await kubelet.pod(namespace, 'steered').becomeReady();
  expect(isReady(await getPod(cluster, 'steered'))).toBe(true);
  await kubelet.pod(namespace, 'steered').becomeUnready();
  expect(isReady(await getPod(cluster, 'steered'))).toBe(false);
});

test('the pod of a Job succeeds unless its script says otherwise', async ({ cluster }) => {
  const { api, namespace, kubelet } = cluster;
  kubelet.script({ labels: { app: 'bad' } }, complete({ exitCode: 3 }));
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  for (const name of ['good', 'bad']) {
    await api.create(jobs, { metadata: { name }, spec: { backoffLimit: 0, template: template(name, 'Never') } });
  }
  const conditions = async (name: string) =>
    (await api.get<Job>(`${jobs}/${name}`)).status?.conditions?.map(({ type }) => type) ?? [];
  await expect.poll(() => conditions('good'), eventually).toContain('Complete');
  await expect.poll(() => conditions('bad'), eventually).toContain('Failed');
  const [pod] = (await api.list<Pod>(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dbad`)).items;
  expect(pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(3);
});

test('a pod in a crash loop counts its restarts and comes up in the end', async ({ cluster }) => {
  cluster.kubelet.script({ name: 'crashing' }, crashLoop({ exitCode: 7, times: 2 }));
  await createPod(cluster, 'crashing');
  await expect.poll(async () => isReady(await getPod(cluster, 'crashing')), eventually).toBe(true);
  const [container] = (await getPod(cluster, 'crashing')).status?.containerStatuses ?? [];
  expect(container).toMatchObject({ restartCount: 2, lastState: { terminated: { exitCode: 7 } } });
});

test('a pod whose image cannot be pulled says so', async ({ cluster }) => {
  cluster.kubelet.script({ name: 'no-image' }, stuck('ImagePullBackOff'));
  await createPod(cluster, 'no-image');
  const waiting = async () =>
    (await getPod(cluster, 'no-image')).status?.containerStatuses?.[0]?.state?.waiting?.reason;
  await expect.poll(waiting, eventually).toBe('ImagePullBackOff');
});

test('pods stay pending while nothing is scheduled, and start when it is again', async ({ cluster }) => {
  await cluster.kubelet.stopScheduling();
  await createPod(cluster, 'pending');
  const scheduled = async () =>
    (await getPod(cluster, 'pending')).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.reason;
  await expect.poll(scheduled, eventually).toBe('Unschedulable');
  await cluster.kubelet.resumeScheduling();
  await expect.poll(async () => isReady(await getPod(cluster, 'pending')), eventually).toBe(true);
});

test('a pod that hangs in termination stays until it is removed by force', async ({ cluster }) => {
  const { api, namespace, kubelet } = cluster;
  kubelet.script({ name: 'hanging' }, hangInTermination());
  await createPod(cluster, 'hanging');
  await expect.poll(async () => isReady(await getPod(cluster, 'hanging')), eventually).toBe(true);
  const path = `/api/v1/namespaces/${namespace}/pods/hanging`;
  await api.delete(path, { gracePeriodSeconds: 30 });
  await createPod(cluster, 'later');
  await expect.poll(async () => isReady(await getPod(cluster, 'later')), eventually).toBe(true);
  expect((await getPod(cluster, 'hanging')).metadata?.deletionTimestamp).toBeDefined();
  await api.delete(path, { gracePeriodSeconds: 0 });
  await expect(getPod(cluster, 'hanging')).rejects.toThrow('404');
});

test('pods of a lost node are not ready, and are when it comes back', async ({ cluster }) => {
  const [node = ''] = cluster.kubelet.nodeNames;
  await createPod(cluster, 'stranded');
  await expect.poll(async () => isReady(await getPod(cluster, 'stranded')), eventually).toBe(true);
  await cluster.kubelet.loseNode(node);
  expect(isReady(await getPod(cluster, 'stranded'))).toBe(false);
  const taints = async () =>
    (await cluster.api.get<{ spec: { taints?: { key: string }[] } }>(`/api/v1/nodes/${node}`)).spec.taints?.map(
      ({ key }) => key,
    );
  await expect.poll(taints, eventually).toContain('node.kubernetes.io/unreachable');
  await cluster.kubelet.recoverNode(node);
  await expect.poll(async () => isReady(await getPod(cluster, 'stranded')), eventually).toBe(true);
  await expect.poll(taints, eventually).toBeUndefined();
});

test('a claim binds, grows when asked to, and its volume goes with it', async ({ cluster }) => {
  const { api, namespace } = cluster;
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  await statefulSet(cluster, 'stateful', { replicas: 1, volumeClaimTemplates: [claim] });
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-stateful-0`;
  const get = () => api.get<PersistentVolumeClaim>(path);
  await expect.poll(async () => (await get()).status?.phase, eventually).toBe('Bound');
  await expect.poll(async () => isReady(await getPod(cluster, 'stateful-0')), eventually).toBe(true);

  await api.patch(path, { spec: { resources: { requests: { storage: '2Gi' } } } });
  await expect.poll(async () => (await get()).status?.capacity?.storage, eventually).toBe('2Gi');

  cluster.kubelet.resizeVolumes('never');
  await api.patch(path, { spec: { resources: { requests: { storage: '3Gi' } } } });
  const conditions = async () => (await get()).status?.conditions?.map(({ type }) => type);
  await expect.poll(conditions, eventually).toContain('FileSystemResizePending');
  expect((await get()).status?.capacity?.storage).toBe('2Gi');

  const volume = (await get()).spec?.volumeName;
  await api.delete(`/apis/apps/v1/namespaces/${namespace}/statefulsets/stateful`);
  await api.delete(path);
  await expect.poll(() => api.get(`/api/v1/persistentvolumes/${volume}`).catch(String), eventually).toContain('404');
});

test('a thousand pods run at once, each with an address of its own', async ({ cluster }) => {
  const { api, namespace } = cluster;
  await api.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'many' },
    spec: { replicas: 1000, selector: { matchLabels: { app: 'many' } }, template: template('many') },
  });
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/many`;
  const available = async () =>
    (await api.get<{ status: { availableReplicas?: number } }>(path)).status.availableReplicas;
  await expect.poll(available, { timeout: 280_000, interval: 500 }).toBe(1000);
  const pods = await api.list<Pod>(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dmany`);
  expect(new Set(pods.items.map(({ status }) => status?.podIP)).size).toBe(1000);
});
