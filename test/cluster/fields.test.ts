import { expect } from 'vitest';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { withDefaults } from '../../lib/resource/validate.js';
import type { Json } from '../render/field-values.js';
import { type Bundle, bundles, type Field, specOf } from '../render/fields.js';
import { isolated } from './network.js';
import { apply, test as base, conditionOf } from './operator.js';
import { stuck } from './pod-scripts.js';
import type { TestCluster } from './test-cluster.js';

/** What does not simply become something else, and what shows that. */
const lasting: Readonly<Record<string, string>> = {
  type: 'is refused, see rejected.ts',
  replicas: 'changes step by step, see membership.test.ts',
  'database.type': 'is refused, see rejected.ts',
  'volume.enabled': 'is refused, see rejected.ts',
  'volume.storageClass': 'is refused, see rejected.ts',
  'volume.requests': 'grows with the claims, see volumes.test.ts',
  'service.loadBalancerClass': 'is refused for the Service, see below',
  'console.loadBalancerClass': 'is refused for the Service, see below',
  'service.ipFamilies': 'is refused for the Service: the first family of one stays',
  'console.ipFamilies': 'is refused for the Service: the first family of one stays',
  ...Object.fromEntries(
    ['ai', 'dns', 'xds'].flatMap((name) => [
      [`endpoints.${name}.loadBalancerClass`, 'is refused for the Service, see below'],
      [`endpoints.${name}.ipFamilies`, 'is refused for the Service: the first family of one stays'],
    ]),
  ),
};

/** What the API server keeps where none asks for another one (pkg/registry/core/service/storage/alloc.go). */
const kept = /\.spec\.ipFamilyPolicy$/;

/** Without it, what is around it would be refused. */
const needed = 'database.mysqlHost';

/** Is refused for the StatefulSet, see below. */
const impossible = 'readinessProbe.terminationGracePeriodSeconds';

/** The API server writes the same by itself, so it is there whichever manager asked for it. */
const defaults =
  /\.(successThreshold=1|failureThreshold=3|periodSeconds=10|scheme=HTTP|fieldRef\.apiVersion=v1|externalTrafficPolicy=Cluster|imagePullPolicy=IfNotPresent)$/;

/** Of Secrets that the samples of fields name: servers are held back where one lacks a key. */
const secrets = ['some-value', 'another'];

function secretOf(name: string): object {
  const keys = [...secrets, 'token', 'identityKey', 'identityValue', 'administratorPassword'];
  // Long enough for a token.
  const stringData = Object.fromEntries(keys.map((key) => [key, Buffer.alloc(48, name).toString('base64')]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}

const patient = { timeout: 180_000, interval: 500 };

interface Subject {
  readonly name: string;
  readonly bundle: Bundle;
  /** What its children had to have by any of its specs. */
  readonly former: Map<string, unknown>;
}

/** Pods of servers are made and never start: what becomes of the other children does not depend on them. */
const test = base.extend(
  'subjects',
  { scope: 'file' },
  async ({ cluster, operator: _ }): Promise<readonly Subject[]> => {
    for (const name of secrets) await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(secretOf(name)));
    cluster.kubelet.script({ labels: { component: 'nacos' } }, stuck('ContainerCreating'));
    return bundles().map(({ around, fields }, i) => ({
      name: `f${i}`,
      bundle: { around, fields: fields.filter(({ path }) => path !== impossible) },
      former: new Map(),
    }));
  },
);
const here = test.runIf(isolated());

const changes: readonly (readonly [when: string, value: (field: Field) => unknown])[] = [
  ['a Nacos is created with it', ({ value }) => value],
  ['it is changed', ({ path, value, other }) => (path in lasting ? value : other)],
  ['it is taken away', ({ path, value }) => (path in lasting || path === needed ? value : undefined)],
  ['it is added', ({ value }) => value],
];

here.for(changes)(
  'every field of the schema shows in the children once %s',
  async ([, value], { cluster, subjects }) => {
    const specs = new Map(subjects.map(({ name, bundle }) => [name, specOf(bundle, value)]));
    await applyAll(cluster, specs);
    await expect.poll(() => differences(cluster, subjects, specs), patient).toEqual([]);
  },
);

const balanced = (loadBalancerClass: string) => ({ service: { type: 'LoadBalancer', loadBalancerClass } });
const probe = (more: object) => ({ readinessProbe: { tcpSocket: { port: 8848 }, ...more } });
const refused: readonly (readonly [field: string, before: object, after: object])[] = [
  ['loadBalancerClass', balanced('one'), balanced('two')],
  ['readinessProbe.terminationGracePeriodSeconds', probe({}), probe({ terminationGracePeriodSeconds: 7 })],
];

here.for(refused)(
  'what the API server refuses of a child is in the status in its words, until it is taken back: %s',
  async ([field, before, after], { cluster, subjects: _ }) => {
    const stalled = async () => {
      const { status, message } = (await conditionOf(cluster, 'refused', 'Stalled')) ?? {};
      return status === 'True' && message?.includes(field) ? 'said' : status;
    };
    await apply(cluster, 'refused', before);
    await expect.poll(stalled, patient).toBe('False');
    await apply(cluster, 'refused', after);
    await expect.poll(stalled, patient).toBe('said');
    await apply(cluster, 'refused', before);
    await expect.poll(stalled, patient).toBe('False');
    await cluster.kubectl(['delete', 'nacos', 'refused', '--cascade=foreground']);
  },
);

async function applyAll(cluster: TestCluster, specs: ReadonlyMap<string, Json>): Promise<void> {
  const object = { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos' };
  const items = [...specs].map(([name, spec]) => ({ ...object, metadata: { name }, spec }));
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

/** What the children in the API server lack of what these specs ask for, or still have of what was asked for before. */
async function differences(
  cluster: TestCluster,
  subjects: readonly Subject[],
  specs: ReadonlyMap<string, Json>,
): Promise<string[]> {
  const path = `/apis/nacos.io/v1alpha1/namespaces/${cluster.namespace}/nacos`;
  const objects = new Map((await cluster.api.list<NacosObject>(path)).items.map((one) => [one.metadata.name, one]));
  const children = await childrenByOwner(cluster);
  return subjects.flatMap(({ name, former }) => {
    const { metadata = { name }, status } = objects.get(name) ?? {};
    const expected = flat(render(withDefaults({ metadata, status, spec: specs.get(name) })));
    const found = flat(children.get(metadata.uid ?? '') ?? []);
    for (const [key, value] of expected) former.set(key, value);
    const lacking = [...expected].filter(([key, value]) => found.get(key) !== value);
    const left = [...former].filter(
      ([key, value]) =>
        !expected.has(key) && found.get(key) === value && !kept.test(key) && !defaults.test(`${key}=${value}`),
    );
    if (lacking.length + left.length === 0) return [];
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return [
      `${name}: ${ready?.reason}: ${ready?.message}`,
      ...lacking.map(([key, value]) => `${key} is ${found.get(key)}, not ${value}`),
      ...left.map(([key, value]) => `${key} is still ${value}`),
    ];
  });
}

const kinds = [
  ['StatefulSet', 'apps/v1', 'statefulsets'],
  ['Service', 'v1', 'services'],
  ['ConfigMap', 'v1', 'configmaps'],
  ['Secret', 'v1', 'secrets'],
  ['Job', 'batch/v1', 'jobs'],
  ['PodDisruptionBudget', 'policy/v1', 'poddisruptionbudgets'],
  ['NetworkPolicy', 'networking.k8s.io/v1', 'networkpolicies'],
] as const;

async function childrenByOwner({ api, namespace }: TestCluster): Promise<ReadonlyMap<string, object[]>> {
  const children = new Map<string, object[]>();
  for (const [kind, apiVersion, plural] of kinds) {
    const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    const { items } = await api.list<Pick<NacosObject, 'metadata'>>(`${group}/namespaces/${namespace}/${plural}`);
    for (const item of items) {
      const owner = item.metadata.ownerReferences?.[0]?.uid ?? '';
      children.set(owner, [...(children.get(owner) ?? []), { apiVersion, kind, ...item }]);
    }
  }
  return children;
}

/** Every value in objects by its path, in which an object and an item of a list have their name. */
function flat(objects: readonly object[]): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const walk = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null) values.set(path, value);
    else
      for (const [name, inner] of Object.entries(value))
        walk(inner, Array.isArray(value) ? `${path}[${inner?.name ?? name}]` : `${path}.${name}`);
  };
  for (const object of objects) {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    walk(object, `${kind} ${metadata.name}`);
  }
  return values;
}
