import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { ConfigMap, Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { NacosMembers } from './nacos-members.js';
import { isolated } from './network.js';
import { apply, test as base, conditionOf, eventually, nacosOf, type Operator } from './operator.js';
import type { TestCluster } from './test-cluster.js';

/** A change takes many steps, and with each of them a start of the operator. */
const patience = { timeout: 280_000, interval: 200 };
const spec = { type: 'cluster', image: 'nacos/nacos-server:v2.3.2' };

/** What an operator changes when members come and go. */
class World {
  list = 0;
  servers = 0;
  readonly pods = new Map<string, Pod>();
  readonly violations: string[] = [];
  /** Of every step, in order. */
  readonly steps: string[] = [];
  onStep: () => void = () => {};

  constructor(
    private readonly cluster: TestCluster,
    readonly members: NacosMembers,
  ) {
    members.onOperation = (what) => this.step(what);
  }

  async follow(signal: AbortSignal): Promise<void> {
    const { api, namespace } = this.cluster;
    const fields = (name: string) => `fieldSelector=metadata.name%3D${name}`;
    const core = `/api/v1/namespaces/${namespace}`;
    await api.follow<ConfigMap>(
      `${core}/configmaps?${fields('n-members')}`,
      ({ object }) => this.seeList(object),
      signal,
    );
    await api.follow<StatefulSet>(
      `/apis/apps/v1/namespaces/${namespace}/statefulsets?${fields('n')}`,
      ({ object }) => this.seeServers(object.spec?.replicas ?? 0),
      signal,
    );
    await api.follow<Pod>(
      `${core}/pods?labelSelector=app%3Dn`,
      ({ type, object }) => this.seePod(object, type === 'DELETED'),
      signal,
    );
  }

  /** Of the pods that there are, by name. */
  get uids(): Readonly<Record<string, string | undefined>> {
    return Object.fromEntries([...this.pods].map(([name, { metadata }]) => [name, metadata?.uid]));
  }

  get all(): readonly string[] {
    return [...this.violations, ...this.members.violations];
  }

  private seeList({ data, metadata }: ConfigMap): void {
    const count = (data?.['cluster.conf'] ?? '').split('\n').filter(Boolean).length;
    const writers = new Set(metadata?.managedFields?.map(({ manager }) => manager));
    if (writers.size !== 1) this.violations.push(`the list has the writers ${[...writers].join(', ')}`);
    if (count === this.list) return;
    this.resize(`the list from ${this.list} to ${count}`, this.list, count);
    this.list = count;
  }

  private seeServers(count: number): void {
    if (count === this.servers) return;
    this.resize(`the servers from ${this.servers} to ${count}`, this.servers, count);
    this.servers = count;
  }

  private resize(what: string, before: number, after: number): void {
    if (before === 0) return;
    if (Math.abs(before - after) > 1) this.violations.push(`${what} at once`);
    const waiting = this.unready.filter((pod) => Number(pod.slice(2)) < Math.min(before, after));
    if (waiting.length > 0) this.violations.push(`${what} while ${waiting.join(', ')} is not ready`);
    this.step(what);
  }

  private seePod(pod: Pod, gone: boolean): void {
    const name = pod.metadata?.name ?? '';
    const before = this.pods.get(name);
    if (gone) return void this.pods.delete(name);
    this.pods.set(name, pod);
    if (!before || before.metadata?.uid !== pod.metadata?.uid) return;
    if (serves(before) !== serves(pod)) this.step(`clients of ${name}: ${serves(pod)}`);
    if (notified(before) !== notified(pod)) this.step(`${name} notified of ${notified(pod)}`);
    if (!before.metadata?.deletionTimestamp && pod.metadata?.deletionTimestamp) this.step(`${name} is deleted`);
  }

  private get unready(): string[] {
    return [...this.pods].filter(([, pod]) => !isReady(pod)).map(([name]) => name);
  }

  private step(what: string): void {
    this.steps.push(what);
    this.onStep();
  }
}

const serves = ({ metadata }: Pod) => metadata?.labels?.['nacos.io/client-traffic'];
const notified = ({ metadata }: Pod) => metadata?.annotations?.['nacos.io/members'];
const isReady = ({ status, metadata }: Pod) =>
  !metadata?.deletionTimestamp && status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

const test = base.extend('world', { scope: 'file' }, async ({ cluster, operator: _ }, { onCleanup }) => {
  const members = new NacosMembers(cluster, 'n');
  cluster.kubelet.script({ labels: { app: 'n' } }, members);
  const world = new World(cluster, members);
  const ending = new AbortController();
  await world.follow(ending.signal);
  onCleanup(() => ending.abort());
  return world;
});
const here = test.runIf(isolated());

async function settled(cluster: TestCluster, world: World, members: number): Promise<void> {
  const state = async () => {
    const { status, metadata } = await nacosOf(cluster, 'n');
    const seen = status?.conditions?.find(({ type }) => type === 'Ready')?.observedGeneration === metadata.generation;
    const { voters, refreshed } = world.members;
    return { seen, phase: status?.phase, voters, refreshed, list: world.list, servers: world.servers };
  };
  const voters = Array.from({ length: members }, (_, ordinal) => `n-${ordinal}`);
  const expected = { seen: true, phase: 'Running', voters, refreshed: voters, list: members, servers: members };
  await expect.poll(state, patience).toEqual(expected);
  expect(world.all).toEqual([]);
}

/** Kills the operator at every step, on the spot, and starts another. */
function killAtEachStep(world: World, operator: Operator): () => Promise<number> {
  let [kills, last] = [0, Promise.resolve()];
  world.onStep = () => {
    const killed = operator.kill();
    kills += 1;
    // Once more, for the one that was on its way: there is never a second one.
    last = last.then(() => killed.then(() => operator.kill()).then(() => operator.start()));
  };
  return async () => {
    world.onStep = () => {};
    await last;
    return kills;
  };
}

here('1 → 3 → 5 → 3 by edits and by kubectl scale, one member at a time', async ({ cluster, world }) => {
  await apply(cluster, 'n', { ...spec, replicas: 1 });
  await settled(cluster, world, 1);
  await apply(cluster, 'n', { ...spec, replicas: 3 });
  await settled(cluster, world, 3);
  await cluster.kubectl(['scale', 'nacos', 'n', '--replicas=5']);
  await settled(cluster, world, 5);
  await cluster.kubectl(['scale', 'nacos', 'n', '--replicas=3']);
  await settled(cluster, world, 3);
});

here('a member compares its configurations with the database again when it is asked to', async ({ cluster, world }) => {
  const { 'n-1': pod } = world.uids;
  world.members.forgetRefreshes();
  await cluster.kubectl(['annotate', 'pod', 'n-1', 'nacos.io/refreshed-']);
  await expect.poll(() => world.members.refreshed, patience).toEqual(['n-1']);
  expect(world.uids['n-1']).toBe(pod);
});

here('an autoscaler has the number of members changed, one at a time', async ({ cluster, world }) => {
  // Outside of its bounds the real controller asks for no metrics, which nothing here would have.
  const between = (replicas: number) => ({
    scaleTargetRef: { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', name: 'n' },
    minReplicas: replicas,
    maxReplicas: replicas,
  });
  for (const replicas of [5, 3]) {
    const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'n' } };
    await cluster.kubectl(['apply', '--filename=-'], JSON.stringify({ ...scaler, spec: between(replicas) }));
    await expect.poll(async () => (await nacosOf(cluster, 'n')).spec.replicas, patience).toBe(replicas);
    await settled(cluster, world, replicas);
  }
  await cluster.kubectl(['delete', 'hpa', 'n']);
});

const broken = [
  {
    what: 'servers that end',
    change: { env: [{ name: 'BROKEN', value: 'true' }] },
    reason: 'Restarting',
    message: /Pod n-2, container n, has ended \d+ times, last with exit code 1 .*; see kubectl logs n-2 /,
  },
  {
    what: 'an image that cannot be pulled',
    change: { image: 'nowhere/nacos-server:v2.3.2' },
    reason: 'ImagePullBackOff',
    message: /Pod n-2, container n, image nowhere\/nacos-server:v2\.3\.2: .*; check spec\.image/,
  },
];

here.for(broken)(
  'a roll stops at the first member that does not start, and the former spec heals it: $what',
  async ({ change, reason, message }, { cluster, world }) => {
    const former = { ...spec, replicas: 3 };
    await apply(cluster, 'n', former);
    await settled(cluster, world, 3);
    world.members.lead('n-0');
    const { 'n-2': first, ...others } = world.uids;
    await apply(cluster, 'n', { ...former, ...change });
    const stalled = { status: 'True', reason, message: expect.stringMatching(message) };
    await expect.poll(() => conditionOf(cluster, 'n', 'Stalled'), patience).toMatchObject(stalled);
    const waiting = expect.stringMatching(/^n-0, n-1 not yet updated; the next waits: n-2 is Unreachable \(.+\)$/);
    const rolledOut = () => conditionOf(cluster, 'n', 'RolledOut');
    await expect.poll(rolledOut, eventually).toMatchObject({ reason: 'Waiting', message: waiting });
    expect(world.uids).toMatchObject(others);
    expect(world.uids['n-2']).not.toBe(first);
    await apply(cluster, 'n', former);
    await settled(cluster, world, 3);
    expect(world.uids).toMatchObject(others);
  },
);

here('the operator may be killed after every step', async ({ cluster, world, operator }) => {
  const stop = killAtEachStep(world, operator);
  for (const replicas of [5, 3]) {
    if (replicas === 3) world.members.lead('n-4');
    await cluster.kubectl(['scale', 'nacos', 'n', `--replicas=${replicas}`]);
    await settled(cluster, world, replicas);
  }
  await apply(cluster, 'n', { ...spec, replicas: 3, env: [{ name: 'CHANGED', value: 'true' }] });
  await settled(cluster, world, 3);
  // More than there are pods and members to change.
  expect(await stop()).toBeGreaterThan(15);
});

here('paused holds a change where it is, and goes on from there', async ({ cluster, world, operator }) => {
  const pause = (paused: boolean) =>
    cluster.kubectl(['patch', 'nacos', 'n', '--type=merge', '-p', JSON.stringify({ spec: { paused } })]);
  // Otherwise the fifth may be on its way by the time that the pause is seen.
  world.members.joining = false;
  await cluster.kubectl(['scale', 'nacos', 'n', '--replicas=5']);
  // Written one after the other: between them the pause would hold three servers.
  await expect.poll(() => [world.list, world.servers], patience).toEqual([4, 4]);
  await pause(true);
  await expect.poll(() => conditionOf(cluster, 'n', 'Paused'), eventually).toMatchObject({ status: 'True' });
  const [steps, before] = [world.steps.length, operator.requests().length];
  world.members.joining = true;
  // The new member joins by itself, and the operator sees it: nothing else follows.
  await expect.poll(() => world.members.voters.length, patience).toBe(4);
  await new Promise((resolve) => setTimeout(resolve, 8000));
  expect(world.steps.slice(steps)).toEqual([]);
  expect(operator.writes(before).filter((write) => !write.includes('/status') && !write.includes('events'))).toEqual(
    [],
  );
  await pause(false);
  await settled(cluster, world, 5);
});
