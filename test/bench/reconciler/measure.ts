import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, type Memory, OperatorProcess, type Program } from './process.js';
import type { QuietCluster } from './quiet-cluster.js';
import { countRequests, operatorRequests, type Requests, total } from './requests.js';
import { image, WebServers } from './web-servers.js';

export interface Scale {
  readonly objects: number;
  /** 10 of them a second. */
  readonly edits: number;
  /** Seconds of watching that nothing is written. */
  readonly rest: number;
}

/** One operator's figures over one life of `objects` WebServers. Times in milliseconds, memory in MiB. */
export interface Figures {
  readonly secondsToChildren: number;
  readonly requestsPerParent: number;
  readonly requestsOfCreation: Requests;
  readonly serverCpuPerParent: number;
  readonly operatorCpuPerParent: number;
  /** From sending an edit to the event with the child that shows it. */
  readonly editMedian: number;
  readonly edit99: number;
  /** Of the edit's own request. */
  readonly roundTripMedian: number;
  readonly requestsPerEdit: number;
  readonly writesAtRest: number;
  readonly coldEdit: number;
  readonly writesAtRestart: number;
  readonly stop: number;
  readonly memoryEmpty: Memory;
  readonly memoryFull: Memory;
}

const creators = 16;

/** Measures `program` from an empty namespace to a restart with all objects. */
export async function measure(
  program: Program,
  cluster: QuietCluster,
  namespace: string,
  scale: Scale,
): Promise<Figures> {
  const log = `build/bench/${program.port}.log`;
  const servers = await WebServers.in(cluster.api, namespace);
  const kubeconfig = await cluster.operatorKubeconfig();
  let operator = OperatorProcess.start(program, kubeconfig, log);
  try {
    await operator.ready();
    await sleep(3000);
    const memoryEmpty = operator.memory();
    const creation = await measureCreation(operator, cluster, servers, scale);
    await sleep(10_000);
    const memoryFull = operator.memory();
    const edits = await measureEdits(cluster, servers, scale);
    const writesAtRest = await writesWithin(cluster, scale.rest);
    const stop = await operator.stop();
    const restart = await measureRestart(cluster, servers, () => {
      operator = OperatorProcess.start(program, kubeconfig, log);
    });
    return { ...creation, ...edits, ...restart, writesAtRest, stop, memoryEmpty, memoryFull };
  } finally {
    await operator.stop();
    await servers.remove();
  }
}

async function measureCreation(
  operator: OperatorProcess,
  cluster: QuietCluster,
  servers: WebServers,
  { objects }: Scale,
) {
  const before = await countRequests(cluster.api);
  const [serverCpu, operatorCpu] = [cpuSeconds(cluster.pid), operator.cpuSeconds()];
  const begin = performance.now();
  const names = Array.from({ length: objects }, (_, index) => nameOf(index)).values();
  await Promise.all(
    Array.from({ length: creators }, async () => {
      for (const name of names) await servers.create(name);
    }),
  );
  const end = await servers.haveChildren(objects);
  await servers.haveStatus(objects);
  await quiet(cluster);
  const requests = operatorRequests(before, await countRequests(cluster.api));
  return {
    secondsToChildren: (end - begin) / 1000,
    requestsOfCreation: requests,
    requestsPerParent: total(requests) / objects,
    serverCpuPerParent: ((cpuSeconds(cluster.pid) - serverCpu) * 1000) / objects,
    operatorCpuPerParent: ((operator.cpuSeconds() - operatorCpu) * 1000) / objects,
  };
}

async function measureEdits(cluster: QuietCluster, servers: WebServers, { objects, edits }: Scale) {
  const before = await countRequests(cluster.api);
  const latencies: number[] = [];
  const roundTrips: number[] = [];
  const pending: Promise<void>[] = [];
  for (let index = 0; index < edits; index++) {
    const name = nameOf((index * 7919) % objects);
    const begin = performance.now();
    pending.push(
      servers.edit(name, image(index + 1)).then(() => void roundTrips.push(performance.now() - begin)),
      servers.showsImage(name, image(index + 1)).then((seen) => void latencies.push(seen - begin)),
    );
    await sleep(100);
  }
  await Promise.all(pending);
  await quiet(cluster);
  return {
    editMedian: percentile(latencies, 0.5),
    edit99: percentile(latencies, 0.99),
    roundTripMedian: percentile(roundTrips, 0.5),
    requestsPerEdit: total(operatorRequests(before, await countRequests(cluster.api))) / edits,
  };
}

/** An edit that is sent while the process starts, and what the start writes beyond it. */
async function measureRestart(cluster: QuietCluster, servers: WebServers, start: () => void) {
  const before = await countRequests(cluster.api);
  const begin = performance.now();
  start();
  await servers.edit(nameOf(0), image(9999));
  const coldEdit = (await servers.showsImage(nameOf(0), image(9999))) - begin;
  await sleep(10_000);
  const requests = operatorRequests(before, await countRequests(cluster.api));
  // The edit's own two: the Deployment, and the status that has seen the new generation.
  return { coldEdit, writesAtRestart: Math.max(0, total(requests) - 2) };
}

async function writesWithin(cluster: QuietCluster, seconds: number): Promise<number> {
  const before = await countRequests(cluster.api);
  await sleep(seconds * 1000);
  return total(operatorRequests(before, await countRequests(cluster.api)));
}

/** Resolves once a second passes without a request of the operator. */
async function quiet(cluster: QuietCluster): Promise<void> {
  for (let before = await countRequests(cluster.api); ; ) {
    await sleep(1000);
    const after = await countRequests(cluster.api);
    if (total(operatorRequests(before, after)) === 0) return;
    before = after;
  }
}

function nameOf(index: number): string {
  return `web-${index}`;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
