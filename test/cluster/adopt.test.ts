import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Pod, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { expect } from 'vitest';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { officialChildren, officialManager, officialToken } from '../official.js';
import { synth } from '../synth.js';
import { ControlPlane } from './control-plane.js';
import { definitions } from './manifests.js';
import { isolated } from './network.js';
import { test as base, eventually, type Operator } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const patient = { ...eventually, timeout: 280_000, interval: 1000 };
const image = 'nacos/nacos-server:v2.3.2';
const consent = 'nacos.io/adopt-children';
const identity = [
  { name: 'NACOS_AUTH_IDENTITY_KEY', value: 'own' },
  { name: 'NACOS_AUTH_IDENTITY_VALUE', value: 'known' },
];

/** With objects of before this operator's definition, which takes no new ones of some kinds: a control plane alone. */
const test = base.extend('controlPlane', { scope: 'file' }, async ({ controlPlane: _shared }, { onCleanup }) => {
  // Before there are nodes: on a busy machine it takes longer than their heartbeats may.
  synth();
  const controlPlane = await ControlPlane.start({ audit: true });
  onCleanup(() => controlPlane.stop());
  return controlPlane;
});

interface Cell {
  readonly name: string;
  readonly spec: { readonly type: string; readonly replicas: number; readonly [field: string]: unknown };
}

/** Every form of the official operator, and of clusters each pair of a size, a login and a volume. */
const cells: readonly Cell[] = ['standalone', 'embedded', 'mysql'].flatMap((form) =>
  [1, 2, 3, 4].slice(0, form === 'standalone' ? 1 : 4).flatMap((replicas) =>
    [false, true].flatMap((login) =>
      (form === 'standalone' ? [false, true] : [login === (form === 'embedded')]).map((volume): Cell => {
        const parts = [form, replicas, login ? 'login' : 'open', volume ? 'volume' : 'none'];
        return {
          name: parts.join('-'),
          spec: {
            type: form === 'standalone' ? 'standalone' : 'cluster',
            image,
            replicas,
            ...(form === 'mysql' && { database: { type: 'mysql', mysqlHost: 'db', mysqlPassword: 'secret' } }),
            ...(login && { certification: { enabled: true }, env: identity }),
            ...(volume && { volume: { enabled: true, requests: { storage: '1Gi' } } }),
          },
        };
      }),
    ),
  ),
);

/** Where the loss of a server's data takes another consent: nothing else has what is in its pod or in its Raft log. */
const only = ({ spec }: Cell) =>
  spec.database === undefined && spec.replicas === 1 && (spec.type === 'cluster' || spec.volume === undefined);

const nacosPath = ({ namespace }: TestCluster, name: string) =>
  `/apis/nacos.io/v1alpha1/namespaces/${namespace}/nacos/${name}`;
const nacosOf = (cluster: TestCluster, name: string) => cluster.api.get<NacosObject>(nacosPath(cluster, name));
const collections: Readonly<Record<string, string>> = {
  StatefulSet: '/apis/apps/v1/namespaces/NAMESPACE/statefulsets',
  Service: '/api/v1/namespaces/NAMESPACE/services',
  ConfigMap: '/api/v1/namespaces/NAMESPACE/configmaps',
  Job: '/apis/batch/v1/namespaces/NAMESPACE/jobs',
};
const pathOf = ({ namespace }: TestCluster, kind: string) => (collections[kind] ?? '').replace('NAMESPACE', namespace);
const setOf = (cluster: TestCluster, name: string) =>
  cluster.api.get<StatefulSet>(`${pathOf(cluster, 'StatefulSet')}/${name}`);
const clientsOf = ({ name, spec }: Cell) => (spec.type === 'cluster' ? `${name}-client` : name);

/** Our definition without its rules and defaults is as good as the one of the official operator. */
function withoutRules(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutRules);
  if (typeof schema !== 'object' || schema === null) return schema;
  const left = Object.entries(schema).filter(([name]) => name !== 'x-kubernetes-validations');
  return Object.fromEntries(left.map(([name, value]) => [name, withoutRules(value)]));
}

/** What the official operator has made of a manifest, with the status that it leaves on Kubernetes of today. */
async function made(cluster: TestCluster, { name, spec }: Cell, edit: (child: object) => object = (one) => one) {
  const manifest = {
    apiVersion: 'nacos.io/v1alpha1',
    kind: 'Nacos',
    metadata: { name, labels: { team: 'shop' } },
    spec,
  };
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
  const nacos = await nacosOf(cluster, name);
  for (const child of officialChildren(nacos as never)) {
    // Two families are refused where the cluster has one.
    const { ipFamilies: _, ipFamilyPolicy: __, ...rest } = (child as Service).spec ?? {};
    const possible = child.kind === 'Service' ? { ...child, spec: rest } : child;
    await cluster.api.create(`${pathOf(cluster, child.kind ?? '')}?fieldManager=${officialManager}`, edit(possible));
  }
  await writeStatus(cluster, name, officialManager);
}

async function writeStatus(cluster: TestCluster, name: string, manager: string) {
  const event = [
    { status: false, code: -1, message: 'ready pods are too few', lastTransitionTime: String(Date.now()) },
  ];
  const nacos = await nacosOf(cluster, name);
  const path = `${nacosPath(cluster, name)}/status?fieldManager=${manager}`;
  await cluster.api.replace(path, { ...nacos, status: { phase: 'Failed', event } });
}

async function started(cluster: TestCluster, { name, spec }: Cell) {
  const ready = async () => (await setOf(cluster, name)).status?.readyReplicas;
  await expect.poll(ready, patient).toBe(spec.replicas);
}

/** The least number of endpoints that clients had of each Service, once they had some. */
async function watchClients(cluster: TestCluster, signal: AbortSignal) {
  const least = new Map<string, number>();
  const path = `/apis/discovery.k8s.io/v1/namespaces/${cluster.namespace}/endpointslices`;
  await cluster.api.follow<EndpointSlice>(
    path,
    ({ type, object: { metadata, endpoints } }) => {
      const service = metadata?.labels?.['kubernetes.io/service-name'] ?? '';
      const count = type === 'DELETED' ? 0 : (endpoints ?? []).filter(({ conditions }) => conditions?.ready).length;
      if (count > 0 || least.has(service)) least.set(service, Math.min(least.get(service) ?? count, count));
    },
    signal,
  );
  return least;
}

/** The least number of servers of each Nacos that were ready at a time, and the order in which pods went. */
async function watchPods(cluster: TestCluster, signal: AbortSignal) {
  const ready = new Map<string, Map<string, boolean>>();
  const seen = { least: new Map<string, number>(), gone: new Map<string, string[]>() };
  await cluster.api.follow<Pod>(
    `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=component%3Dnacos`,
    ({ type, object: { metadata, status } }) => {
      const [app = '', pod = ''] = [metadata?.labels?.app, metadata?.name];
      const pods = ready.get(app) ?? new Map();
      const gone = seen.gone.get(app) ?? [];
      const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
      if (metadata?.deletionTimestamp && !gone.includes(pod)) gone.push(pod);
      ready.set(app, pods.set(pod, type !== 'DELETED' && !metadata?.deletionTimestamp && isReady));
      seen.gone.set(app, gone);
      seen.least.set(app, [...pods.values()].filter(Boolean).length);
      const lowest = seen.least.get(`${app} lowest`) ?? Number.POSITIVE_INFINITY;
      if (gone.length > 0) seen.least.set(`${app} lowest`, Math.min(lowest, seen.least.get(app) ?? 0));
    },
    signal,
  );
  return seen;
}

/** All that is the other operator's, as it was written last. */
async function versions(cluster: TestCluster): Promise<Record<string, string | undefined>> {
  const lists = await Promise.all(
    Object.keys(collections).map((kind) => cluster.api.list<Service>(pathOf(cluster, kind))),
  );
  const objects = lists
    .flatMap(({ items }) => items)
    .filter(({ metadata }) => metadata?.ownerReferences?.[0]?.kind === 'Nacos');
  return Object.fromEntries(
    objects.map(({ metadata }) => {
      const written = metadata?.managedFields?.filter(({ subresource }) => !subresource);
      return [metadata?.uid, JSON.stringify([metadata?.generation, metadata?.annotations, written])];
    }),
  );
}

const condition = async (cluster: TestCluster, name: string, type: string) =>
  (await nacosOf(cluster, name)).status?.conditions?.find((one) => one.type === type);

async function start(cluster: TestCluster, operator: Operator, cells: readonly Cell[]) {
  await operator.start();
  const reasons = async () =>
    Promise.all(cells.map(async ({ name }) => `${name} ${(await condition(cluster, name, 'Adoptable'))?.reason}`));
  await expect.poll(reasons, patient).toEqual(cells.map(({ name }) => `${name} ConsentMissing`));
}

async function agree(cluster: TestCluster, name: string) {
  const { uid, generation } = (await nacosOf(cluster, name)).metadata;
  await cluster.kubectl(['annotate', 'nacos', name, '--overwrite', `${consent}=${uid}/${generation}`]);
}

test.runIf(isolated())(
  'what the official operator has made is watched and left alone, and adopted in place with consent',
  async ({ cluster, operator }) => {
    await operator.stop();
    const rules = definitions().filter(({ spec }) => spec.names.kind === 'Nacos');
    const plain = { apiVersion: 'v1', kind: 'List', items: rules.map(withoutRules) };
    await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(plain));
    await expect.poll(() => made(cluster, cells[0]!).then(() => true, String), eventually).toBe(true);
    await Promise.all(cells.slice(1).map((cell) => made(cluster, cell)));
    await operator.define();
    await Promise.all(cells.map((cell) => started(cluster, cell)));

    const ending = new AbortController();
    const clients = await watchClients(cluster, ending.signal);
    const pods = await watchPods(cluster, ending.signal);
    await expect.poll(() => cells.filter((cell) => !clients.has(clientsOf(cell))), patient).toEqual([]);
    const before = await versions(cluster);
    await start(cluster, operator, cells);
    expect(await versions(cluster)).toEqual(before);
    const phases = await Promise.all(cells.map(async ({ name }) => (await nacosOf(cluster, name)).status?.phase));
    expect([...new Set(phases)]).toEqual(['Running']);
    expect([...pods.gone.values()].flat()).toEqual([]);

    await Promise.all(cells.map(({ name }) => agree(cluster, name)));
    const state = async ({ name }: Cell) => {
      const { status } = await nacosOf(cluster, name);
      const reason = status?.conditions?.find((one) => one.type === 'DataKept')?.reason;
      const rolled = !status?.conditions?.some(({ type }) => ['RolledOut', 'Adoptable'].includes(type));
      return `${name} ${reason ?? (rolled ? status?.phase : 'rolling')}`;
    };
    const goal = cells.map((cell) => `${cell.name} ${only(cell) ? 'OnlyCopy' : 'Running'}`);
    await expect.poll(() => Promise.all(cells.map(state)), patient).toEqual(goal);
    ending.abort();

    for (const cell of cells) {
      const { name, spec } = cell;
      const { metadata, spec: set } = await setOf(cluster, name);
      const [server] = set?.template.spec?.containers ?? [];
      expect(server?.lifecycle, name).toBeUndefined();
      const gone = server?.env
        ?.map((one) => one.name)
        .filter((one) => /PREFER_HOST_MODE|NACOS_(SERVERS|REPLICAS)/.test(one));
      expect([gone, set?.updateStrategy, set?.replicas], name).toEqual([[], { type: 'OnDelete' }, spec.replicas]);
      expect(set?.selector?.matchLabels, name).toMatchObject({ app: name, team: 'shop' });
      const managers = metadata?.managedFields?.filter(({ subresource }) => !subresource).map(({ manager }) => manager);
      expect(managers, name).toEqual(['nacos.nacos.io']);
      const replaced = only(cell) ? [] : Array.from({ length: spec.replicas }, (_, i) => `${name}-${i}`);
      expect([...(pods.gone.get(name) ?? [])].sort(), name).toEqual(replaced);
      // One at a time, so that a server alone is away while it is replaced, and no other one is without all.
      if (!only(cell)) expect(pods.least.get(`${name} lowest`), name).toBe(spec.replicas - 1);
      if (spec.replicas > 1 || only(cell)) expect(clients.get(clientsOf(cell)), name).toBeGreaterThan(0);
      const service = await cluster.api.get<Service>(`${pathOf(cluster, 'Service')}/${clientsOf(cell)}`);
      expect(service.spec?.publishNotReadyAddresses, name).toBeUndefined();
      if (!spec.certification) continue;
      const { data } = await cluster.api.get<Secret>(`/api/v1/namespaces/${cluster.namespace}/secrets/${name}-auth`);
      const [token, password] = [data?.token, data?.administratorPassword].map((one) =>
        Buffer.from(one ?? '', 'base64'),
      );
      expect([String(token), String(password)], name).toEqual([officialToken, 'nacos']);
      expect(operator.pods.servers.get(`${name}-0`)?.password, name).toBe('nacos');
      expect(await condition(cluster, name, 'CredentialsPrivate'), name).toMatchObject({ reason: 'KnownValues' });
      expect(await condition(cluster, name, 'AuthReady'), name).toMatchObject({ status: 'True' });
    }
    const even = cells.filter(({ name }) => /^embedded-[24]-/.test(name));
    for (const { name } of even)
      expect(await condition(cluster, name, 'SizeOdd'), name).toMatchObject({ status: 'False' });
    const grow = cluster.kubectl(['scale', 'nacos', even[0]!.name, '--replicas=6']);
    await expect(grow).rejects.toThrow(/needs an odd number/);
  },
);

test.runIf(isolated())('nothing is adopted while the other operator still writes', async ({ cluster, operator }) => {
  const cell = { name: 'rival', spec: { type: 'standalone', image, replicas: 1 } };
  await operator.stop();
  await made(cluster, cell);
  await started(cluster, cell);
  await start(cluster, operator, [cell]);
  const before = await versions(cluster);
  // As it does: whatever the other one writes, it writes its own.
  const answer = async () => {
    if (await condition(cluster, 'rival', 'Adoptable')) await writeStatus(cluster, 'rival', officialManager);
  };
  const writing = setInterval(() => answer().catch(() => {}), 3000);
  try {
    const adoptable = () => condition(cluster, 'rival', 'Adoptable');
    await expect.poll(adoptable, { ...patient, interval: 200 }).toMatchObject({ status: 'False', reason: 'Rival' });
    await agree(cluster, 'rival');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect(await versions(cluster)).toEqual(before);
  } finally {
    clearInterval(writing);
  }
});
