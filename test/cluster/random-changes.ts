import fc from 'fast-check';

export type Spec = Readonly<Record<string, unknown>>;

/** Of an instance: what it begins with, and the changes that follow, each a merge patch (RFC 7396) of the spec. */
export interface Story {
  readonly name: string;
  readonly spec: Spec;
  readonly changes: readonly Spec[];
}

const anywhere: readonly fc.Arbitrary<Spec>[] = [
  one('podAnnotations', { team: 'red' }, { team: 'blue' }, null),
  one('podLabels', { tier: 'gold' }, null),
  one('env', [{ name: 'CHANGED', value: 'yes' }], [{ name: 'CHANGED', value: 'no' }], null),
  one('config', 'a.b=c', 'a.b=d', null),
  one('imagePullPolicy', 'Always', 'IfNotPresent'),
  one('console', { type: 'ClusterIP' }, { type: 'ClusterIP', annotations: { a: 'b' } }, null),
  one('service', { annotations: { a: 'b' } }, { type: 'LoadBalancer' }, null),
  // A limit below the request is what only the API server refuses, and only of the StatefulSet.
  fc
    .tuple(fc.constantFrom('1Gi', '2Gi', '4Gi'), fc.constantFrom('1Gi', '2Gi', '4Gi'))
    .map(([request, limit]) => ({ resources: { requests: { memory: request }, limits: { memory: limit } } })),
  one('k8sWrapper', { PodSpec: { terminationGracePeriodSeconds: 40 } }, null),
  one('k8sWrapper', { PodSpec: { restartPolicy: 'Never' } }),
  one('paused', true),
  one('type', 'cluster', 'standalone'),
  one('database', { type: 'mysql', mysqlHost: 'db' }, { type: 'embedded', mysqlHost: null }),
];
const volume = (storage: string) => ({ enabled: true, requests: { storage } });
const onVolume = [
  ...['10Gi', '11Gi', '12Gi'].map((storage) => fc.constant<Spec>({ volume: volume(storage) })),
  ...[true, false].map((retain) => fc.constant<Spec>({ volume: { retain } })),
];
const cluster = [one('clusterDomain', 'other.example'), ...sizes(1, 2, 3, 3, 5)];
const mysql = { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } };
const onMysql = [
  ...sizes(1, 2, 2, 3, 4),
  ...['db', 'other'].map((mysqlHost) => fc.constant<Spec>({ database: { mysqlHost } })),
];
const to = {
  /** As standalone servers that are played. */
  recorded: versions('2.3.2', '3.0.3', '2.0.4'),
  second: versions('2.3.2', '2.3.2', '2.3.3', '2.0.4'),
  third: versions('3.0.3', '3.0.3', '3.1.0', '3.2.0', '2.3.2'),
};

/** The same on every run; raise `length` or change `seed` to look further. */
export function stories(length: number, seed: number): readonly Story[] {
  const of = (name: string, spec: Spec, ...edits: readonly (readonly fc.Arbitrary<Spec>[])[]) =>
    story({ name, spec, edits: edits.flat(), length, seed });
  const members = (replicas: number, version: string) => ({ type: 'cluster', replicas, version });
  return [
    of('single', { version: '2.3.2' }, sizes(0, 1), to.recorded),
    of('login', { version: '3.0.3', volume: volume('10Gi') }, sizes(0, 1), onVolume),
    of('lone', { version: '2.3.2', database: mysql }, sizes(0, 1), to.recorded),
    of('plain', members(1, '2.3.2'), cluster, to.second),
    of('stored', { ...members(1, '2.3.2'), volume: volume('10Gi') }, cluster, to.second, onVolume),
    of('third', { ...members(3, '3.0.3'), volume: volume('10Gi') }, cluster, to.third, onVolume),
    of('shared', { ...members(2, '2.3.2'), database: mysql }, onMysql, to.second, versions('2.4.3')),
    of('newer', { ...members(2, '2.3.2'), database: mysql }, onMysql, to.second, to.third),
  ];
}

interface Plot extends Omit<Story, 'changes'> {
  readonly edits: readonly fc.Arbitrary<Spec>[];
  readonly length: number;
  readonly seed: number;
}

function story({ name, spec, edits, length, seed }: Plot): Story {
  const own = fc.oneof(...edits);
  const change = fc
    .array(fc.oneof(own, fc.oneof(...anywhere)), { minLength: 1, maxLength: 2 })
    .map((patches) => patches.reduce((all, patch) => merged(all, patch)));
  const salt = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  return { name, spec, changes: fc.sample(change, { numRuns: length, seed: seed + salt }) };
}

function sizes(...numbers: readonly number[]): fc.Arbitrary<Spec>[] {
  return numbers.map((replicas) => fc.constant<Spec>({ replicas }));
}

function one(field: string, ...values: readonly unknown[]): fc.Arbitrary<Spec> {
  return fc.constantFrom(...values).map((value) => ({ [field]: value }));
}

/** By either field; an image from elsewhere moves the servers and keeps the version. */
function versions(...numbers: readonly string[]): fc.Arbitrary<Spec>[] {
  return numbers.map((version) =>
    fc.constantFrom<Spec>(
      { version, image: null },
      { version: null, image: `mirror.example/nacos/nacos-server:v${version}` },
    ),
  );
}

/** What a merge patch makes of a value; a null that meets nothing stays, for the next one. */
export function merged(value: Spec, patch: Spec): Spec {
  const fields = Object.entries(patch).map(([name, to]) => {
    const from = value[name];
    return [name, isObject(to) ? merged(isObject(from) ? from : {}, to) : to];
  });
  return { ...value, ...Object.fromEntries(fields) };
}

/** Without the fields that are null. */
export function withoutNulls(value: Spec): Spec {
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([name, inner]) => [name, isObject(inner) ? withoutNulls(inner) : inner]));
}

function isObject(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
