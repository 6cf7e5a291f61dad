import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api.js';
import { Daemon } from './daemon.js';
import { freePort, hidePods, inNamespace, showPods } from './network.js';
import { end, identify, type ProcessIdentity, runs } from './processes.js';
import { baseDirectory, removeAbandoned } from './run-directory.js';

/** What supervisor.ts writes once its cluster is ready. */
export interface BackgroundCluster {
  readonly supervisor: ProcessIdentity;
  readonly directory: string;
  readonly kubeconfig: string;
  readonly port: number;
  /** Leads to the API server in the namespace; absent when there is no namespace. */
  readonly socket?: string;
}

/** Starts the cluster of this checkout in the background unless it runs; resolves when it is ready. */
export async function up(progress: (line: string) => void): Promise<BackgroundCluster> {
  const running = find();
  if (running) {
    progress('the cluster runs already; `npm run cluster -- down` ends it');
    return running;
  }
  rmSync(files().state, { force: true });
  const started = Date.now();
  progress('starting etcd, the API server, controllers, scheduler and nodes');
  const supervisor = await startSupervisor();
  for (let read = 0; ; await sleep(100)) {
    const log = readFileSync(files().log, 'utf8');
    for (const line of log.slice(read).split('\n').filter(Boolean)) progress(line);
    read = log.length;
    const cluster = find();
    if (cluster) {
      await relayed(cluster);
      progress(`ready after ${((Date.now() - started) / 1000).toFixed(1)} s; \`npm run cluster -- down\` ends it`);
      return cluster;
    }
    if (!supervisor || !runs(supervisor)) throw new Error(`the cluster did not start, see above or ${files().log}`);
  }
}

/** Ends the cluster of this checkout and whatever else was left without an owner. @returns whether it ran */
export async function down(): Promise<boolean> {
  const cluster = find();
  if (cluster) {
    await end(cluster.supervisor, 60_000);
    if (cluster.socket) showPods(slotOf(cluster));
  }
  for (const file of Object.values(files())) rmSync(file, { force: true });
  removeAbandoned();
  return cluster !== undefined;
}

/** Called by the supervisor. */
export function announce(cluster: BackgroundCluster, path: string): void {
  writeFileSync(`${path}.new`, JSON.stringify(cluster));
  renameSync(`${path}.new`, path);
}

async function startSupervisor(): Promise<ProcessIdentity | undefined> {
  const program = script('supervisor.ts', String(await freePort()), files().state);
  const { command, args, env } = inNamespace(program) ?? {
    command: program[0] ?? '',
    args: program.slice(1),
    env: process.env,
  };
  const log = openSync(files().log, 'w');
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env });
  closeSync(log);
  child.unref();
  return identify(child.pid ?? 0);
}

/** Makes the API server, and nothing else, answer outside the namespace too. */
async function relayed(cluster: BackgroundCluster): Promise<void> {
  if (!cluster.socket) return;
  hidePods(slotOf(cluster));
  const [command = '', ...args] = script('relay.ts', String(cluster.port), cluster.socket);
  const relay = Daemon.start(cluster.directory, 'relay', command, args);
  await relay.ready(async () => (await Api.fromFile(cluster.kubeconfig).get<string>('/readyz')) === 'ok');
}

function slotOf({ directory }: BackgroundCluster): number {
  return Number(basename(directory).slice(1));
}

function script(name: string, ...args: string[]): string[] {
  return [process.execPath, '--import', createRequire(__filename).resolve('tsx'), join(__dirname, name), ...args];
}

function find(): BackgroundCluster | undefined {
  if (!existsSync(files().state)) return undefined;
  const cluster: BackgroundCluster = JSON.parse(readFileSync(files().state, 'utf8'));
  return runs(cluster.supervisor) ? cluster : undefined;
}

/** One per checkout, or one per CLUSTER_NAME. */
function files(): { readonly state: string; readonly log: string } {
  const name = process.env.CLUSTER_NAME || createHash('sha256').update(__dirname).digest('hex').slice(0, 8);
  const path = join(baseDirectory(), `background-${name}`);
  return { state: `${path}.json`, log: `${path}.log` };
}
