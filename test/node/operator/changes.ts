import { type ChildProcess, spawn } from 'node:child_process';
import type { Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { smallServer } from '../manifests.js';
import type { Writes } from './checker.js';
import { Checkers, type GapsOfClients } from './checkers.js';
import type { OperatedCluster } from './operated-cluster.js';

/** Starts of servers take as long as the machine lets them. */
export const patience = { timeout: 900_000, interval: 500 };
/** Of a test with changes of a live cluster. */
export const long = { timeout: 3_600_000 };

/** Three members and more of real Nacos on a small machine. */
export function cluster<S extends object>(version: string, spec: S) {
  return {
    type: 'cluster',
    image: `nacos/nacos-server:v${version}`,
    env: smallServer,
    resources: { requests: { cpu: '100m', memory: '512Mi' } },
    ...spec,
  };
}

/** The same in another environment, for which every server has to restart. */
export function changed<S extends object>(spec: S) {
  return { ...spec, env: [...smallServer, { name: 'CHANGED', value: 'true' }] };
}

/** What happens in the middle of a change. */
export type Disturbance = (cluster: LiveCluster) => Promise<void>;

/** A cluster that clients write to all the while. */
export class LiveCluster {
  private constructor(
    readonly operated: OperatedCluster,
    readonly name: string,
    private readonly checkers: Checkers,
    private readonly watch: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** Resolves when it is Running and a client writes. */
  static async start(operated: OperatedCluster, name: string, spec: object): Promise<LiveCluster> {
    await operated.apply(name, spec);
    await operated.running(name);
    return LiveCluster.watch(operated, name);
  }

  /**
   * Of a cluster that is there. Resolves when clients write.
   *
   * @param filled number of configurations that are written before
   * @param beside what clients beside the first one write
   */
  static async watch(
    operated: OperatedCluster,
    name: string,
    clients: { readonly filled?: number; readonly beside?: readonly Writes[] } = {},
  ): Promise<LiveCluster> {
    const path = `/api/v1/namespaces/${operated.namespace}/services/${name}-client`;
    const { spec: service } = await operated.nodes.controlPlane.api.get<Service>(path);
    const options = { ...clients, identity: await identity(operated, name) };
    const checkers = await Checkers.start(`http://${service?.clusterIP}:8848/nacos`, options);
    const { kubectl, kubeconfig } = operated.nodes.controlPlane;
    const watch = spawn(kubectl, ['get', 'nacos', name, '--output=wide', '--watch'], {
      env: { ...process.env, KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    operated.nodes.controlPlane.adopt(watch);
    const lines: string[] = [];
    watch.stdout.on('data', (text) => lines.push(String(text)));
    return new LiveCluster(operated, name, checkers, watch, lines);
  }

  /** Applies a spec and waits until the cluster is as it says, and well. */
  async change(spec: { readonly replicas: number }, disturb?: Disturbance): Promise<void> {
    await this.operated.apply(this.name, spec);
    const { metadata } = await this.operated.nacos(this.name);
    await disturb?.(this);
    await this.settled(spec.replicas, metadata.generation);
  }

  /** Resolves when the operator has seen a generation of the object, and all members are well. */
  async settled(members: number, generation = 0): Promise<void> {
    const state = async () => {
      const { status } = await this.operated.nacos(this.name);
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return {
        phase: status?.phase,
        members: status?.members?.map(({ state }) => state),
        // It is not while a change that was just written is to come.
        ready: ready?.status,
        seen: (ready?.observedGeneration ?? 0) >= generation,
      };
    };
    const expected = { phase: 'Running', members: Array(members).fill('UP'), ready: 'True', seen: true };
    await expect.poll(state, patience).toEqual(expected);
  }

  /** Calls `disturb` once for each step that the operator reports, with its number, until the change is done. */
  async atEachStep(disturb: (step: number) => Promise<void>): Promise<void> {
    const steps = new Set<string>();
    const step = async () => {
      const { status, metadata } = await this.operated.nacos(this.name);
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      if ((ready?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return 'not seen yet';
      const said = status?.conditions?.find(({ type }) => type === 'Scaled' || type === 'RolledOut')?.message ?? '';
      // The disturbance makes the operator wait, and go back to the same step: once is enough.
      if (said && !steps.has(said)) await disturb(steps.add(said).size - 1);
      return said || (status?.phase !== 'Running' ? 'not yet' : '');
    };
    await expect.poll(step, patience).toBe('');
    console.log(`${this.name}: disturbed at ${steps.size} steps`);
  }

  /** Ends the writing, and finds every acknowledged write on every member. Prints what was seen. */
  async finish(members: number): Promise<void> {
    const reports = await this.checkers.stop();
    this.watch.kill();
    expect(await this.print()).not.toContain('RefreshConfigurationsFailed');
    console.log(`acknowledged and looked for on every member: ${JSON.stringify(reports)}`);
    expect(this.acknowledged).toBeGreaterThan(100);
    await this.found(members);
  }

  /** Resolves when every member has what was acknowledged so far. */
  async found(members: number): Promise<void> {
    const pods = Array.from({ length: members }, (_, ordinal) => `${this.name}-${ordinal}`);
    const missing = pods.map(async (pod) => {
      const { status } = await this.operated.pod(pod);
      return this.checkers.missingOn(`http://${status?.podIP}:8848/nacos`);
    });
    expect(await Promise.all(missing)).toEqual(pods.map(() => []));
  }

  /** See `Checkers.takeGaps`. */
  takeGaps(stops: number): GapsOfClients {
    return this.checkers.takeGaps(stops);
  }

  /** How many configurations of the first client are acknowledged by now. */
  get acknowledged(): number {
    return this.checkers.first.acknowledged;
  }

  /** Of the first so many that were acknowledged, those that a server of another cluster does not have. */
  configurationsMissingOn(server: string, count: number): Promise<string[]> {
    return this.checkers.first.configurationsMissingOn(server, count);
  }

  /** Makes room for the next test. */
  async remove(): Promise<void> {
    await this.operated.kubectl(['delete', 'nacos', this.name, '--cascade=foreground']);
    await this.operated.kubectl(['delete', 'pvc', '-l', `app=${this.name}`, '--wait=false']);
  }

  /** @returns events */
  private async print(): Promise<string> {
    const columns = 'FIRST:.eventTime,LAST:.series.lastObservedTime,REASON:.reason,MESSAGE:.message';
    const own = `--field-selector=involvedObject.kind=Nacos,involvedObject.name=${this.name}`;
    const events = ['get', 'events', own, '--sort-by=.eventTime', '-o', `custom-columns=${columns}`];
    const said = await this.operated.kubectl(events);
    console.log(`${this.lines.join('')}\n${said}`);
    return said;
  }
}

/** Servers of 3.x let no other user write. */
async function identity(operated: OperatedCluster, name: string): Promise<Record<string, string> | undefined> {
  const { status } = await operated.nacos(name);
  if (!status?.version?.startsWith('3.')) return undefined;
  const [key = '', value = ''] = await Promise.all(
    ['identityKey', 'identityValue'].map((key) => operated.secret(`${name}-auth`, key)),
  );
  return { [key]: value };
}

/** As when it runs out of memory. A pod that has no server at the moment has none to kill. */
export async function killServer({ operated, name }: LiveCluster, ordinal: number): Promise<void> {
  const server = await operated.processOf(`${name}-${ordinal}`).catch(() => undefined);
  if (server) process.kill(server, 'SIGKILL');
}

/** After each step that it reports. */
export const killOperator: Disturbance = (cluster) =>
  cluster.atEachStep(async () => {
    const kill = ['delete', 'pod', '-n', 'nacos-operator', '--all', '--force', '--grace-period=0', '--wait=false'];
    await cluster.operated.kubectl(kill);
  });

/**
 * At each step another of the first three, one after the other. Only while all are well: it is about the loss of one,
 * not of the majority.
 */
export const killMembers: Disturbance = async (cluster) => {
  let kills = 0;
  await cluster.atEachStep(async () => {
    const { status } = await cluster.operated.nacos(cluster.name);
    if (status?.members?.every(({ state }) => state === 'UP')) await killServer(cluster, kills++ % 3);
  });
  console.log(`${cluster.name}: killed ${kills} members`);
};
