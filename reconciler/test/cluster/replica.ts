import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { expect } from 'vitest';
import { readKubeconfig } from '../../../test/cluster/kubeconfig.js';
import type { AuditEvent, TestCluster } from '../../../test/cluster/test-cluster.js';
import { eventually } from './running.js';

export interface ReplicaOptions {
  /** Of the resource that it controls. */
  readonly group: string;
  /** Its user and, in the Lease, its identity. */
  readonly name: string;
  /** @default no election */
  readonly lease?: string;
  /** @default as an administrator of the replica's name */
  readonly kubeconfig?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** File beside this one without its ending. @default the operator of WebServers */
  readonly main?: string;
}

/** An operator in a process of its own, from one bundled file as in a cluster. */
export class Replica {
  readonly log: Record<string, unknown>[] = [];

  private constructor(
    readonly name: string,
    private readonly process: ChildProcess,
  ) {
    for (const output of [process.stdout, process.stderr]) {
      createInterface({ input: output! }).on('line', (line) => this.log.push(parse(line)));
    }
  }

  static async start(cluster: TestCluster, options: ReplicaOptions): Promise<Replica> {
    const { group, name, lease, env } = options;
    const { controlPlane, namespace } = cluster;
    const administrator = { name, groups: ['system:masters'] };
    const kubeconfig = asJson(options.kubeconfig ?? (await controlPlane.userKubeconfig(administrator)));
    const program = bundle(cluster, options.main);
    const settings = {
      KUBECONFIG: kubeconfig,
      TEST_GROUP: group,
      POD_NAME: name,
      POD_NAMESPACE: namespace,
      WATCH_NAMESPACES: namespace,
      PORT: '0',
      ...(lease && { LEASE_NAME: lease }),
    };
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, ...settings, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    controlPlane.adopt(child);
    return new Replica(name, child);
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** Its messages, in order. */
  get messages(): unknown[] {
    return this.log.map(({ message }) => message);
  }

  /** How it ended, and the last that it said. */
  story(): string {
    const { exitCode, signalCode } = this.process;
    const lines = this.log.slice(-10).map((line) => JSON.stringify(line));
    return [`${this.name}: ${exitCode ?? signalCode ?? 'runs'}`, ...lines].join('\n');
  }

  /** Resolves when it has said so. */
  async says(message: string): Promise<void> {
    const heard = () => this.messages.includes(message) || this.process.exitCode !== null;
    await expect.poll(heard, { ...eventually, timeout: 40_000 }).toBe(true);
    expect(this.log).toContainEqual(expect.objectContaining({ message }));
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.exitCode ?? this.process.signalCode;
  }

  /** Ends it if it still runs. */
  async stop(): Promise<void> {
    this.signal('SIGCONT');
    this.signal('SIGKILL');
    await this.ended();
  }

  /** What it asked of the API server, reads left out. */
  writes(cluster: TestCluster): TimedEvent[] {
    return (cluster.audit(this.name) as TimedEvent[]).filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
  }
}

export interface TimedEvent extends AuditEvent {
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** Writes that came though another replica had written the lease since the writer did: what must never be. */
export function rivals(cluster: TestCluster, replicas: readonly Replica[], lease: string): TimedEvent[] {
  const all = replicas.flatMap((replica) => replica.writes(cluster));
  const accepted = ({ responseStatus }: AuditEvent) => (responseStatus?.code ?? 500) < 300;
  const claims = all.filter((event) => event.objectRef?.resource === 'leases' && accepted(event));
  return all.filter((write) => {
    if (write.objectRef?.resource === 'leases' || write.objectRef?.name === lease) return false;
    const earlier = claims.filter((claim) => claim.stageTimestamp < write.requestReceivedTimestamp);
    const last = earlier.sort((a, b) => (a.stageTimestamp < b.stageTimestamp ? -1 : 1)).at(-1);
    return last?.user.username !== write.user.username;
  });
}

function bundle({ controlPlane }: TestCluster, main = 'replica-main'): string {
  const outfile = join(controlPlane.directory, `${main}.cjs`);
  buildSync({
    entryPoints: [join(__dirname, `${main}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    conditions: ['cdk8s-source'],
    logLevel: 'error',
  });
  return outfile;
}

/** A bundle has no YAML parser. */
function asJson(kubeconfig: string): string {
  writeFileSync(`${kubeconfig}.json`, JSON.stringify(readKubeconfig(kubeconfig)));
  return `${kubeconfig}.json`;
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    return { message: line };
  }
}
