import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, type Memory, OperatorProcess, type Program } from './process.js';
import type { QuietCluster } from './quiet-cluster.js';
import { countRequests, operatorRequests, quiet, type Requests, total } from './requests.js';
import { image, nameOf, WebServers } from './web-servers.js';

export interface Scale {
  readonly objects: number;
  /** Seconds of watching that nothing is written. */
  readonly rest: number;
  /**
   * Leave the objects to the end of the cluster: to delete 20,000 takes longer than the API server's 60 s per request.
   */
  readonly leave?: boolean;
}

/** One operator's figures over one life of `objects` WebServers. Times in milliseconds, memory in MiB. */
export interface LifeFigures {
  readonly secondsToChildren: number;
  readonly requestsPerParent: number;
  readonly requestsOfCreation: Requests;
  readonly requestsPerEdit: number;
  readonly serverCpuPerParent: number;
  readonly operatorCpuPerParent: number;
  /** By which the event loop was late while all was created, at the 99th percentile. */
  readonly lag: number;
  readonly writesAtRest: number;
  /**
   * From the start of a process that finds all objects, with one that was edited meanwhile, to the event with its
   * child.
   */
  readonly coldEdit: number;
  readonly writesAtRestart: number;
  readonly stop: number;
  readonly memoryEmpty: Memory;
  readonly memoryFull: Memory;
}

/** Measures `program` from an empty namespace to a restart with all objects. */
export async function measureLife(
  program: Program,
  cluster: QuietCluster,
  namespace: string,
  scale: Scale,
): Promise<LifeFigures> {
  const log = `build/bench/${program.port}.log`;
  const servers = await WebServers.in(cluster.api, namespace);
  const kubeconfig = await cluster.operatorKubeconfig();
  let operator = OperatorProcess.start(program, kubeconfig, log);
  try {
    await operator.ready();
    await sleep(3000);
    const memoryEmpty = operator.memory();
    await operator.lag();
    const creation = await measureCreation(operator, cluster, servers, scale);
    const lag = await operator.lag();
    await sleep(10_000);
    const memoryFull = operator.memory();
    const requestsPerEdit = await requestsOfEdits(cluster, servers, scale);
    const writesAtRest = await writesWithin(cluster, scale.rest);
    const stop = await operator.stop();
    const restart = await measureRestart(cluster, servers, () => {
      operator = OperatorProcess.start(program, kubeconfig, log);
    });
    return { ...creation, lag, requestsPerEdit, ...restart, writesAtRest, stop, memoryEmpty, memoryFull };
  } finally {
    await operator.stop();
    servers.unwatch();
    if (!scale.leave) await servers.remove();
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
  await servers.createAll(objects);
  const end = await servers.haveChildren(objects);
  await servers.haveStatus(objects);
  await quiet(cluster.api);
  const requests = operatorRequests(before, await countRequests(cluster.api));
  return {
    secondsToChildren: (end - begin) / 1000,
    requestsOfCreation: requests,
    requestsPerParent: total(requests) / objects,
    serverCpuPerParent: ((cpuSeconds(cluster.pid) - serverCpu) * 1000) / objects,
    operatorCpuPerParent: ((operator.cpuSeconds() - operatorCpu) * 1000) / objects,
  };
}

/** Requests of each of a hundred edits. */
async function requestsOfEdits(cluster: QuietCluster, servers: WebServers, { objects }: Scale): Promise<number> {
  const before = await countRequests(cluster.api);
  const edits = Math.min(100, objects);
  for (let index = 0; index < edits; index++) {
    await servers.edit(nameOf(index), image(1));
    await sleep(100);
  }
  await quiet(cluster.api);
  return total(operatorRequests(before, await countRequests(cluster.api))) / edits;
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
