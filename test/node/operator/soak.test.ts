import type { Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { database, smallServer } from '../manifests.js';
import { Checker } from './checker.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';

/** All of it with `npm run soak`. */
const full = process.env.SOAK === 'true';
const test = testWithOperator(3);
const patience = { timeout: 900_000, interval: 500 };

const server = (version: string) => ({
  type: 'cluster',
  image: `nacos/nacos-server:v${version}`,
  env: smallServer,
  resources: { requests: { cpu: '100m', memory: '512Mi' } },
});
const embedded = { ...server('2.3.2'), volume: { enabled: true, requests: { storage: '2Gi' }, retain: false } };
const changed = { ...embedded, env: [...smallServer, { name: 'CHANGED', value: 'true' }] };

/** What happens in the middle of a change. */
type Disturbance = (operated: OperatedCluster) => Promise<void>;

const steps = full
  ? [
      { ...embedded, replicas: 3 },
      { ...embedded, replicas: 5 },
      { ...changed, replicas: 5 },
      { ...changed, replicas: 3 },
    ]
  : [
      { ...embedded, replicas: 3 },
      { ...changed, replicas: 3 },
      { ...changed, replicas: 1 },
    ];

test(`real Nacos 2.3.2, embedded: ${full ? '1 → 3 → 5 → 3' : '1 → 3 → 1'} and a changed environment lose no write`, {
  timeout: 3_600_000,
}, async ({ operated }) => {
  await operated.apply('n', { ...embedded, replicas: 1 });
  await operated.running('n');
  const checker = new Checker(await clientsOf(operated)).start();
  for (const disturb of full ? [undefined, killMember, killOperator] : [undefined])
    for (const step of steps) await change(operated, step, disturb);
  await finish(operated, checker, steps.at(-1)!.replicas);
});

test.runIf(full)(
  'real Nacos on MySQL: 2.0.4 → 2.3.2 in place loses no write, and there is no way back',
  {
    timeout: 1_800_000,
  },
  async ({ operated }) => {
    await operated.kubectl(['delete', 'nacos', 'n', '--ignore-not-found', '--cascade=foreground']);
    await operated.nodes.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'login' },
        stringData: { username: 'root', password: 'p' },
      },
      ...database('mysql', 'mariadb:10.11', 'p'),
    );
    const onMysql = { type: 'mysql', mysqlHost: 'mysql', credentialsSecret: { name: 'login' } };
    const spec = (version: string) => ({ ...server(version), replicas: 3, database: onMysql });
    await operated.apply('n', spec('2.0.4'));
    await operated.running('n');
    const checker = new Checker(await clientsOf(operated)).start();
    await change(operated, spec('2.3.2'));
    expect((await operated.nacos('n')).status?.version).toBe('2.3.2');
    await finish(operated, checker, 3);
    await operated.apply('n', spec('2.0.4'));
    await expect
      .poll(() => operated.condition('n', 'Stalled'), patience)
      .toMatchObject({ status: 'True', reason: 'DowngradeRefused' });
  },
);

/** Applies a spec and waits until the cluster is as it says, and well. */
async function change(operated: OperatedCluster, spec: { replicas: number }, disturb?: Disturbance): Promise<void> {
  await operated.apply('n', spec);
  const { metadata } = await operated.nacos('n');
  await disturb?.(operated);
  const state = async () => {
    const { status } = await operated.nacos('n');
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return {
      phase: status?.phase,
      members: status?.members?.map(({ state }) => state),
      seen: (ready?.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    };
  };
  const expected = { phase: 'Running', members: Array(spec.replicas).fill('UP'), seen: true };
  await expect.poll(state, patience).toEqual(expected);
}

async function finish(operated: OperatedCluster, checker: Checker, members: number): Promise<void> {
  const report = await checker.stop();
  console.log(`acknowledged and looked for on every member: ${JSON.stringify(report)}`);
  expect(report.configurations).toBeGreaterThan(100);
  for (let ordinal = 0; ordinal < members; ordinal++) {
    const { status } = await operated.pod(`n-${ordinal}`);
    expect(await checker.missingOn(`http://${status?.podIP}:8848/nacos`)).toEqual([]);
  }
  // What removed members kept goes with them where the spec says so.
  const claims = async () => (await operated.kubectl(['get', 'pvc', '-l', 'app=n', '-o', 'name'])).match(/\n/g)?.length;
  if (embedded.volume.retain === false) await expect.poll(async () => ((await claims()) ?? 0) <= members).toBe(true);
}

async function clientsOf(operated: OperatedCluster): Promise<string> {
  const path = `/api/v1/namespaces/${operated.namespace}/services/n-client`;
  const { spec } = await operated.nodes.controlPlane.api.get<Service>(path);
  return `http://${spec?.clusterIP}:8848/nacos`;
}

/** As when it runs out of memory: the first member, as soon as something has changed. */
async function killMember(operated: OperatedCluster): Promise<void> {
  await expect.poll(() => operated.phase('n'), patience).not.toBe('Running');
  process.kill(await operated.processOf('n-0'), 'SIGKILL');
}

/** After each step that it tells of, until the change is done. */
async function killOperator(operated: OperatedCluster): Promise<void> {
  const kill = ['delete', 'pod', '-n', 'nacos-operator', '--all', '--force', '--grace-period=0', '--wait=false'];
  let last = '';
  const step = async () => {
    const { status } = await operated.nacos('n');
    const told = status?.conditions?.find(({ type }) => type === 'Scaled' || type === 'RolledOut')?.message ?? '';
    if (told && told !== last) await operated.kubectl(kill);
    last = told;
    return told || (status?.phase !== 'Running' ? 'not yet' : '');
  };
  await expect.poll(step, patience).toBe('');
}
