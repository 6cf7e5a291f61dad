import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Pod, Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { officialChildren, officialManager } from '../official.js';
import { eventually, type Operator } from './operator.js';
import type { TestCluster } from './test-cluster.js';

/** A namespace of a cluster. */
type Place = Pick<TestCluster, 'api' | 'namespace'>;

/* What the official operator has left in a cluster, and how it is adopted. */

export const patient = { ...eventually, timeout: 280_000, interval: 500 };
export const image = 'nacos/nacos-server:v2.3.2';

export interface Cell {
  readonly name: string;
  readonly spec: { readonly type: string; readonly replicas: number; readonly [field: string]: unknown };
}

const collections: Readonly<Record<string, string>> = {
  Nacos: '/apis/nacos.io/v1alpha1/namespaces/NAMESPACE/nacos',
  StatefulSet: '/apis/apps/v1/namespaces/NAMESPACE/statefulsets',
  Service: '/api/v1/namespaces/NAMESPACE/services',
  ConfigMap: '/api/v1/namespaces/NAMESPACE/configmaps',
  Job: '/apis/batch/v1/namespaces/NAMESPACE/jobs',
};

const pathOf = ({ namespace }: Place, kind: string) => (collections[kind] ?? '').replace('NAMESPACE', namespace);

export function setOf(cluster: Place, name: string): Promise<StatefulSet> {
  return cluster.api.get(`${pathOf(cluster, 'StatefulSet')}/${name}`);
}

export function serviceOf(cluster: Place, name: string): Promise<Service> {
  return cluster.api.get(`${pathOf(cluster, 'Service')}/${name}`);
}

function get(cluster: Place, name: string): Promise<NacosObject> {
  return cluster.api.get(`${pathOf(cluster, 'Nacos')}/${name}`);
}

/** Name of the Service for clients. */
export function clientsOf({ name, spec }: Cell): string {
  return spec.type === 'cluster' ? `${name}-client` : name;
}

/** What the official operator has made of a manifest, with the status that it leaves on Kubernetes of today. */
export async function made(cluster: Place, { name, spec }: Cell, edit = (child: object): object => child) {
  const manifest = {
    apiVersion: 'nacos.io/v1alpha1',
    kind: 'Nacos',
    metadata: { name, labels: { team: 'shop' } },
    spec,
  };
  // That operator gives it to its own objects too.
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(manifest) };
  const applied = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  const nacos = await cluster.api.create<NacosObject>(pathOf(cluster, 'Nacos'), applied);
  for (const child of officialChildren(nacos)) {
    // Two families are refused where the cluster has one.
    const { ipFamilies: _, ipFamilyPolicy: __, ...rest } = (child as Service).spec ?? {};
    const possible = child.kind === 'Service' ? { ...child, spec: rest } : child;
    await cluster.api.create(`${pathOf(cluster, child.kind ?? '')}?fieldManager=${officialManager}`, edit(possible));
  }
  await writeStatus(cluster, name);
}

/** As the official operator writes it whenever it looks. */
export async function writeStatus(cluster: Place, name: string): Promise<void> {
  const lastTransitionTime = String(Date.now());
  const event = [{ status: false, code: -1, message: 'ready pods are too few', lastTransitionTime }];
  const nacos = await get(cluster, name);
  const path = `${pathOf(cluster, 'Nacos')}/${name}/status?fieldManager=${officialManager}`;
  await cluster.api.replace(path, { ...nacos, status: { phase: 'Failed', event } });
}

/** Resolves when all of their servers are ready. */
export async function ready(cluster: Place, cells: readonly Cell[]): Promise<void> {
  await becomes<StatefulSet>(
    cluster,
    'StatefulSet',
    cells,
    ({ status }) => String(status?.readyReplicas),
    (cell) => String(cell.spec.replicas),
  );
}

/** Resolves when what is asked of the object of each is as it should be. */
async function becomes<T extends { metadata?: { name?: string } }>(
  cluster: Place,
  kind: 'Nacos' | 'StatefulSet',
  cells: readonly Cell[],
  ask: (object: T) => string,
  goal: (cell: Cell) => string,
): Promise<void> {
  const state = async () => {
    const { items } = await cluster.api.list<T>(pathOf(cluster, kind));
    const found = new Map(items.map((object) => [object.metadata?.name, ask(object)]));
    return cells.map(({ name }) => `${name} ${found.get(name)}`);
  };
  await expect.poll(state, patient).toEqual(cells.map((cell) => `${cell.name} ${goal(cell)}`));
}

/** Resolves when no pod of the other operator runs any more, but for what is the only copy of its data. */
export async function adopted(cluster: Place, cells: readonly Cell[]): Promise<void> {
  const names = cells.filter((cell) => !isOnlyCopy(cell)).map(({ name }) => name);
  const left = async () => {
    const { items } = await cluster.api.list<Pod>(`/api/v1/namespaces/${cluster.namespace}/pods`);
    const ofCells = items.filter(({ metadata }) => names.includes(metadata?.labels?.app ?? ''));
    return ofCells.filter(({ spec }) => spec?.containers[0]?.lifecycle).map(({ metadata }) => metadata?.name);
  };
  await expect.poll(left, patient).toEqual([]);
  const state = ({ status }: NacosObject) => {
    const { conditions = [], phase } = status ?? {};
    const going = conditions.find(({ type }) => ['Adoptable', 'RolledOut'].includes(type));
    return conditions.find(({ type }) => type === 'DataKept')?.reason ?? going?.type ?? phase ?? '';
  };
  await becomes<NacosObject>(cluster, 'Nacos', cells, state, (cell) => (isOnlyCopy(cell) ? 'OnlyCopy' : 'Running'));
}

/** Where the loss of a server's data takes another consent: nothing else has what is in its pod or in its Raft log. */
export function isOnlyCopy({ spec }: Cell): boolean {
  return spec.database === undefined && spec.replicas === 1 && (spec.type === 'cluster' || spec.volume === undefined);
}

/** All that is the other operator's, as it was written last. */
export async function versions(cluster: Place): Promise<Record<string, string | undefined>> {
  const kinds = Object.keys(collections).filter((kind) => kind !== 'Nacos');
  const lists = await Promise.all(kinds.map((kind) => cluster.api.list<Service>(pathOf(cluster, kind))));
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

/** Starts the operator, and resolves when all that it finds can be adopted. */
export async function seen(cluster: Place, operator: Operator, cells: readonly Cell[]): Promise<void> {
  await operator.start();
  const reason = ({ status }: NacosObject) =>
    String(status?.conditions?.find(({ type }) => type === 'Adoptable')?.reason);
  await becomes<NacosObject>(cluster, 'Nacos', cells, reason, () => 'ConsentMissing');
}

/** Gives the consent. */
export async function agree(cluster: Place, name: string): Promise<void> {
  const { uid, generation } = (await get(cluster, name)).metadata;
  const annotations = { 'nacos.io/adopt-children': `${uid}/${generation}` };
  await cluster.api.patch(`${pathOf(cluster, 'Nacos')}/${name}`, { metadata: { annotations } });
}
