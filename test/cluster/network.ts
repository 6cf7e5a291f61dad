import { spawnSync } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';

/**
 * A layer runs in a network namespace of its own where that can be had: nothing leaves it, and all addresses of fake
 * pods are local, so that a stand-in server can listen on the very address of a pod. Elsewhere loopback stands in.
 */
const isolatedMark = 'CDK8S_NACOS_NETWORK';

/** Reserved for benchmarks between networks (RFC 2544), so no machine is reached by accident. */
const podRange = '198.18.0.0/15';
const perCluster = 4096;

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

/** The command that runs `command` in a fresh namespace, which ends with its last process; undefined where none can be had. */
export function inNamespace(
  command: readonly string[],
): { command: string; args: string[]; env: NodeJS.ProcessEnv } | undefined {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const wrap = (inner: readonly string[]) => [...user, '--net', '--', 'sh', '-c', setUp, 'sh', ...inner];
  if (process.platform !== 'linux' || spawnSync('unshare', wrap(['true'])).status !== 0) return undefined;
  return { command: 'unshare', args: wrap(command), env: { ...process.env, [isolatedMark]: 'isolated' } };
}

/** Hands out addresses for the pods of the cluster with this slot, and takes them back. */
export class PodAddresses {
  private next = 0;
  private readonly free: number[] = [];

  constructor(private readonly slot: number) {}

  take(): string {
    const fresh = this.next < perCluster - 2 ? ++this.next : undefined;
    const index = fresh ?? this.free.shift();
    if (index === undefined) throw new Error(`more than ${perCluster - 2} pods at once`);
    const number = this.slot * perCluster + index;
    return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  }

  giveBack(address: string): void {
    const [, second = 0, third = 0, fourth = 0] = address.split('.').map(Number);
    this.free.push((((second - 18) << 16) | (third << 8) | fourth) - this.slot * perCluster);
  }
}

/** Where a stand-in server for a fake pod listens, and where to reach it: the pod's own address, or the one that loopback has for it. */
export function standInAddress(podIP: string): string {
  return isolated() ? podIP : podIP.replace(/^198\./, '127.');
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
