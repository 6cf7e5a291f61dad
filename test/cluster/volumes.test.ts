import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, eventually, nacosOf, phase, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const get = <T>(cluster: TestCluster, path: string) =>
  cluster.api.get<T>(path.replace('NAMESPACE', cluster.namespace)).catch(() => undefined);
const statefulSet = (cluster: TestCluster, name = 'grown') =>
  get<StatefulSet>(cluster, `/apis/apps/v1/namespaces/NAMESPACE/statefulsets/${name}`);
const pod = (cluster: TestCluster, name = 'grown') => get<Pod>(cluster, `/api/v1/namespaces/NAMESPACE/pods/${name}-0`);
const claim = (cluster: TestCluster, name: string) =>
  get<PersistentVolumeClaim>(cluster, `/api/v1/namespaces/NAMESPACE/persistentvolumeclaims/${name}`);

const spec = (storage: string, more = {}) => ({
  type: 'standalone',
  version: '2.0.4',
  volume: { enabled: true, requests: { storage }, ...more },
});

test.runIf(isolated())(
  'a volume grows in place, and the StatefulSet is replaced around its running pod',
  async ({ cluster, operator: _ }) => {
    await apply(cluster, 'grown', spec('10Gi', { retain: false }));
    await expect.poll(phase(cluster, 'grown'), eventually).toBe('Running');
    const before = { pod: await pod(cluster), statefulSet: await statefulSet(cluster) };

    await apply(cluster, 'grown', spec('20Gi', { retain: false }));
    const capacity = async () => (await claim(cluster, 'db-grown-0'))?.status?.capacity?.storage;
    await expect.poll(capacity, eventually).toBe('20Gi');
    const templates = async () =>
      (await statefulSet(cluster))?.spec?.volumeClaimTemplates?.map((one) => one.spec?.resources?.requests?.storage);
    await expect.poll(templates, eventually).toEqual(['20Gi']);

    const after = { pod: await pod(cluster), statefulSet: await statefulSet(cluster) };
    expect(after.statefulSet?.metadata?.uid).not.toBe(before.statefulSet?.metadata?.uid);
    expect(after.pod?.metadata?.uid).toBe(before.pod?.metadata?.uid);
    const owners = async () =>
      (await pod(cluster))?.metadata?.ownerReferences?.map(({ uid, controller = false }) => [uid, controller]);
    const nacosUid = (await nacosOf(cluster, 'grown')).metadata.uid;
    await expect.poll(owners, eventually).toEqual([
      [after.statefulSet?.metadata?.uid, true],
      [nacosUid, false],
    ]);
    await expect
      .poll(async () => (await nacosOf(cluster, 'grown')).status, eventually)
      .toMatchObject({
        phase: 'Running',
        volumeSize: '20Gi',
      });
    // A claim that is to go with the instance belongs to it, and to none of its StatefulSets.
    const claimOwner = async () =>
      (await claim(cluster, 'db-grown-0'))?.metadata?.ownerReferences?.map(({ uid }) => uid);
    await expect.poll(claimOwner, eventually).toEqual([(await nacosOf(cluster, 'grown')).metadata.uid]);
  },
);

test.runIf(isolated())(
  'a StatefulSet that is replaced knows what its pods have of Secrets that changed before',
  async ({ cluster, operator: _ }) => {
    const uid = async () => (await pod(cluster, 'rotated'))?.metadata?.uid;
    const secured = (storage: string) => ({ ...spec(storage), certification: { enabled: true } });
    await apply(cluster, 'rotated', secured('10Gi'));
    await expect.poll(phase(cluster, 'rotated'), eventually).toBe('Running');
    const first = await uid();
    const token = Buffer.alloc(48, 'another').toString('base64');
    const path = `/api/v1/namespaces/${cluster.namespace}/secrets/rotated-auth`;
    await cluster.api.patch(path, { data: { token: Buffer.from(token).toString('base64') } });
    await expect.poll(async () => ![first, undefined].includes(await uid()), eventually).toBe(true);
    await expect.poll(phase(cluster, 'rotated'), eventually).toBe('Running');
    const before = { pod: await uid(), set: (await statefulSet(cluster, 'rotated'))?.metadata?.uid };

    await apply(cluster, 'rotated', secured('20Gi'));
    await expect
      .poll(async () => (await statefulSet(cluster, 'rotated'))?.metadata?.uid ?? before.set, eventually)
      .not.toBe(before.set);
    await expect
      .poll(async () => (await nacosOf(cluster, 'rotated')).status, eventually)
      .toMatchObject({ phase: 'Running', volumeSize: '20Gi' });
    expect(await uid()).toBe(before.pod);
    expect((await statefulSet(cluster, 'rotated'))?.spec?.template.metadata?.annotations).toHaveProperty([
      'nacos.io/secrets-revision',
    ]);
  },
);

test.runIf(isolated())(
  'a StatefulSet whose successor would be refused stays, and is replaced once it would not be',
  async ({ cluster, operator: _ }) => {
    const uids = async () => [
      (await statefulSet(cluster, 'kept'))?.metadata?.uid,
      (await pod(cluster, 'kept'))?.metadata?.uid,
    ];
    await apply(cluster, 'kept', spec('10Gi'));
    await expect.poll(phase(cluster, 'kept'), eventually).toBe('Running');
    const [former, running] = await uids();

    await apply(cluster, 'kept', { ...spec('20Gi'), version: '2.3.2' });
    const condition = async () =>
      (await nacosOf(cluster, 'kept')).status?.conditions?.find(({ type }) => type === 'VolumesResized');
    await expect.poll(condition, eventually).toMatchObject({ status: 'False', reason: 'Waiting' });
    expect((await condition())?.message).toMatch(/keeps its former claim templates, .*tables cannot be altered/);
    expect(await uids()).toEqual([former, running]);
    const strategy = async () => (await statefulSet(cluster, 'kept'))?.spec?.updateStrategy;
    const byHand = { spec: { updateStrategy: { type: 'RollingUpdate' } } };
    await cluster.kubectl(['patch', 'statefulset', 'kept', '--type=merge', '-p', JSON.stringify(byHand)]);
    await expect.poll(strategy, eventually).toEqual({ type: 'OnDelete' });

    await apply(cluster, 'kept', spec('20Gi'));
    await expect.poll(async () => (await uids())[0], eventually).not.toBe(former);
    await expect.poll(condition, eventually).toBeUndefined();
    await expect.poll(phase(cluster, 'kept'), eventually).toBe('Running');
    expect((await uids())[1]).toBe(running);
  },
);

test.runIf(isolated())(
  'a StatefulSet stays where a policy would not let its successor be made, and is replaced once it would',
  async ({ cluster, operator: _ }) => {
    const uid = async () => (await statefulSet(cluster, 'frozen'))?.metadata?.uid;
    const stalled = async () =>
      (await nacosOf(cluster, 'frozen')).status?.conditions?.find(({ type }) => type === 'Stalled');
    await apply(cluster, 'frozen', spec('10Gi'));
    await expect.poll(phase(cluster, 'frozen'), eventually).toBe('Running');
    const former = await uid();
    const policy = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: noStatefulSets(cluster.namespace) });
    await cluster.kubectl(['apply', '-f', '-'], policy);
    const refused = () =>
      cluster.kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(probe)).catch(String);
    await expect.poll(refused, eventually).toMatch(/frozen for the audit/);

    await apply(cluster, 'frozen', spec('20Gi'));
    await expect.poll(stalled, eventually).toMatchObject({
      status: 'True',
      message: expect.stringMatching(/^ReplaceStatefulSet: .*frozen for the audit/),
    });
    expect(await uid()).toBe(former);

    await cluster.kubectl(['delete', '-f', '-'], policy);
    await expect.poll(async () => ![former, undefined].includes(await uid()), eventually).toBe(true);
    await expect.poll(phase(cluster, 'frozen'), eventually).toBe('Running');
  },
);

test.runIf(isolated())(
  'the pods of a StatefulSet that is being replaced go with a Nacos that is deleted meanwhile',
  async ({ cluster, operator }) => {
    await apply(cluster, 'passing', spec('10Gi'));
    await expect.poll(phase(cluster, 'passing'), eventually).toBe('Running');
    const former = (await statefulSet(cluster, 'passing'))?.metadata?.uid;
    await apply(cluster, 'passing', spec('20Gi'));
    const uid = async () => (await statefulSet(cluster, 'passing'))?.metadata?.uid;
    await expect.poll(async () => ![former, undefined].includes(await uid()), eventually).toBe(true);
    // The moment between the two StatefulSets, as long as it may be.
    await operator.stop();
    await cluster.kubectl(['delete', 'statefulset', 'passing', '--cascade=orphan']);
    expect(await pod(cluster, 'passing')).toBeDefined();
    await cluster.kubectl(['delete', 'nacos', 'passing']);
    await expect.poll(() => pod(cluster, 'passing'), eventually).toBeUndefined();
    await operator.start();
  },
);

test.runIf(isolated())('a volume that waits for its file system is shown', async ({ cluster, operator: _ }) => {
  cluster.kubelet.resizeVolumes('never');
  await apply(cluster, 'grown', spec('30Gi'));
  const condition = async () =>
    (await nacosOf(cluster, 'grown')).status?.conditions?.find(({ type }) => type === 'VolumesResized');
  await expect.poll(condition, eventually).toMatchObject({ status: 'False', reason: 'Resizing' });
  await expect.poll(async () => (await condition())?.message, eventually).toMatch(/has 20Gi: FileSystemResizePending/);
});

test.runIf(isolated())(
  'a class that cannot expand volumes is Failed with the remedy, and the size can be taken back',
  async ({ cluster, operator: _ }) => {
    const fixed = { storageClass: `fixed-${cluster.namespace}` };
    await cluster.kubectl(
      ['apply', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: volumeOf(fixed) }),
    );
    await apply(cluster, 'fixed', spec('10Gi', fixed));
    await expect.poll(phase(cluster, 'fixed'), eventually).toBe('Running');

    await apply(cluster, 'fixed', spec('20Gi', fixed));
    const condition = async () =>
      (await nacosOf(cluster, 'fixed')).status?.conditions?.find(({ type }) => type === 'VolumesResized');
    await expect.poll(condition, eventually).toMatchObject({ status: 'False', reason: 'VolumeNotExpandable' });
    expect((await condition())?.message).toMatch(
      /must support resize; let its StorageClass expand volumes \(allowVolumeExpansion: true\), or set .* back to 10Gi/,
    );

    await expect.poll(phase(cluster, 'fixed'), eventually).toBe('Failed');
    await expect(apply(cluster, 'fixed', spec('5Gi', fixed))).rejects.toThrow(/can grow but not shrink/);
    await apply(cluster, 'fixed', spec('10Gi', fixed));
    await expect.poll(condition, eventually).toBeUndefined();
    await expect.poll(phase(cluster, 'fixed'), eventually).toBe('Running');
  },
);

function volumeOf({ storageClass }: { storageClass: string }): object[] {
  return [
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: storageClass },
      provisioner: 'kubernetes.io/no-provisioner',
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: storageClass },
      spec: {
        storageClassName: storageClass,
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/fake' },
      },
    },
  ];
}

const probe = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'probe' },
  spec: {
    selector: { matchLabels: { app: 'probe' } },
    template: { metadata: { labels: { app: 'probe' } }, spec: { containers: [{ name: 'probe', image: 'probe' }] } },
  },
};

/** A policy that was made after the StatefulSets that are there. */
function noStatefulSets(namespace: string): object[] {
  const [apiVersion, metadata] = ['admissionregistration.k8s.io/v1', { name: `frozen-${namespace}` }];
  const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['statefulsets'] };
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  return [
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicy', metadata },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: 'false', message: 'frozen for the audit' }],
      },
    },
    {
      ...{ apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata },
      spec: { policyName: metadata.name, validationActions: ['Deny'], matchResources: { namespaceSelector } },
    },
  ];
}

/** The controller of StatefulSets is the real one: it makes no pod beyond one that lacks its claim. */
test.runIf(isolated())(
  'members on MySQL get volumes while they run, and one that is lost meanwhile comes back',
  async ({ cluster, operator: _ }) => {
    const patient = { ...eventually, timeout: 240_000 };
    const login = ['--from-literal=username=nacos', '--from-literal=password=nacos'];
    await cluster.kubectl(['create', 'secret', 'generic', 'db-login', ...login]);
    const database = { type: 'mysql', mysqlHost: 'db', schema: 'External', credentialsSecret: { name: 'db-login' } };
    const spec = { type: 'cluster', version: '2.3.2', replicas: 3, database };
    const former = await (async () => {
      await apply(cluster, 'moved', spec);
      await expect.poll(phase(cluster, 'moved'), patient).toBe('Running');
      return statefulSet(cluster, 'moved');
    })();

    await apply(cluster, 'moved', { ...spec, volume: { enabled: true } });
    const uid = async () => (await statefulSet(cluster, 'moved'))?.metadata?.uid ?? former?.metadata?.uid;
    await expect.poll(uid, patient).not.toBe(former?.metadata?.uid);
    await cluster.kubectl(['delete', 'pod', 'moved-2', '--wait=false']);
    const onClaims = async () => {
      const pods = await Promise.all(
        [0, 1, 2].map((n) => get<Pod>(cluster, `/api/v1/namespaces/NAMESPACE/pods/moved-${n}`)),
      );
      return pods.map((one) => one?.spec?.volumes?.find(({ name }) => name === 'db')?.persistentVolumeClaim?.claimName);
    };
    await expect.poll(onClaims, patient).toEqual(['db-moved-0', 'db-moved-1', 'db-moved-2']);
    await expect.poll(phase(cluster, 'moved'), patient).toBe('Running');
  },
);
