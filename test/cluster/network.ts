import { spawnSync } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { baseDirectory, baseVariable } from './run-directory.js';

/**
 * A layer runs in a network namespace of its own where that can be had: nothing leaves it, and all addresses of fake
 * pods are local, so that a stand-in server can listen on the very address of a pod. Elsewhere loopback stands in.
 */
const isolatedMark = 'CDK8S_NACOS_NETWORK';

/** Reserved and never routed (RFC 1112 section 4), so no machine is reached by accident. */
const podRange = '240.0.0.0/8';

/** Where nodes reach the API server; in the namespace only. */
export const nodeFacingAddress = '10.99.0.1';

const setUp = [
  'ip link set lo up',
  // Makes each address of the range local without adding one by one.
  `ip route add local ${podRange} dev lo`,
  `ip address add ${nodeFacingAddress}/32 dev lo`,
  'exec "$@"',
].join(' && ');

export function isolated(): boolean {
  return process.env[isolatedMark] === 'isolated';
}

/**
 * The command that runs `command` in a fresh namespace, which ends with its last process; undefined where none can be
 * had.
 */
export function inNamespace(
  command: readonly string[],
): { command: string; args: string[]; env: NodeJS.ProcessEnv } | undefined {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const wrap = (inner: readonly string[]) => [...user, '--net', '--', 'sh', '-c', setUp, 'sh', ...inner];
  if (process.platform !== 'linux' || spawnSync('unshare', wrap(['true'])).status !== 0) return undefined;
  return {
    command: 'unshare',
    args: wrap(command),
    env: { ...process.env, [isolatedMark]: 'isolated', [baseVariable]: baseDirectory() },
  };
}

/**
 * The addresses of fake pods in the cluster with this slot, of which the controller manager gives each node its part.
 */
export function podRangeOf(slot: number): string {
  return `240.${slot * 8}.0.0/13`;
}

/** Prefix length of a node's part: 4096 addresses. */
export const nodePrefix = 20;

/**
 * Outside the namespace nothing is at the addresses of its pods: a program such as an operator under development learns
 * that at once, and nothing leaves the machine. Takes root; undone by `showPods`.
 */
export function hidePods(slot: number): void {
  spawnSync('ip', ['route', 'replace', 'unreachable', podRangeOf(slot)]);
}

export function showPods(slot: number): void {
  spawnSync('ip', ['route', 'delete', 'unreachable', podRangeOf(slot)]);
}

/**
 * Where a stand-in server for a fake pod listens, and where to reach it: the pod's own address, or the one that
 * loopback has for it.
 */
export function standInAddress(podIP: string): string {
  return isolated() ? podIP : podIP.replace(/^240\./, '127.');
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/**
 * Resolves once `port` can be listened on: threads of a killed process may hold it for a moment after the process is
 * gone.
 */
export async function portReleased(port: number, within = 30_000): Promise<void> {
  for (const until = Date.now() + within; ; await sleep(20)) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer().on('error', () => resolve(false));
      server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
    });
    if (free) return;
    if (Date.now() > until) throw new Error(`port ${port} is still in use after ${within / 1000} s`);
  }
}
