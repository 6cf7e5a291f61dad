import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { serviceRange } from '../cluster/servers.js';
import { command } from './command.js';

/*
 * One switch, a bridge in the namespace of the control plane and the tests, with a cable to each node. The control
 * plane reaches pods and Services by routes, as nodes reach each other's pods; nothing leads outside.
 */
const bridge = 'nodes';
export const dnsAddress = '10.99.0.53';
export const registryPort = 5000;
export const registryAddress = `http://${dnsAddress}:${registryPort}`;
export const podRange = '10.244.0.0/16';

export function nodeAddress(index: number): string {
  return `10.99.0.${10 + index}`;
}

export function podRangeOf(index: number): string {
  return `10.244.${index}.0/24`;
}

export async function createSwitch(): Promise<void> {
  await removeAbandonedSwitch();
  await ip('link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0');
  await ip('address', 'add', `${dnsAddress}/24`, 'dev', bridge);
  await ip('link', 'set', bridge, 'up');
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
}

/** Of nodes whose run was killed while other tests go on in this network namespace. */
async function removeAbandonedSwitch(): Promise<void> {
  if (!existsSync(`/proc/sys/net/ipv4/conf/${bridge}`)) return;
  const cables: readonly unknown[] = JSON.parse(await command('ip', ['-json', 'link', 'show', 'master', bridge]));
  if (cables.length > 0)
    throw new Error('another cluster has nodes in this network namespace; start this one in one of its own');
  await ip('link', 'delete', bridge);
}

export async function removeSwitch(nodes: number): Promise<void> {
  await ip('link', 'delete', bridge);
  // The kernel takes the cables of dead nodes away by itself, but later than the next cluster needs their names.
  for (let index = 1; index <= nodes; index++) await ip('link', 'delete', cableOf(index)).catch(() => {});
}

/** Nothing gets to the node or from it any more, and no one is notified; the tests reach cluster IPs by another one. */
export async function unplug(index: number): Promise<void> {
  await ip('link', 'set', cableOf(index), 'down');
  await ip('route', 'replace', serviceRange, 'via', nodeAddress(index === 1 ? 2 : 1));
}

function cableOf(index: number): string {
  return `node-${index}`;
}

/** @param process whose network namespace is the node's */
export async function plugIn(index: number, process: number): Promise<void> {
  const cable = cableOf(index);
  const inNode = (...args: string[]) => command('nsenter', [`--net=/proc/${process}/ns/net`, 'ip', ...args]);
  await ip(
    'link',
    'add',
    cable,
    'master',
    bridge,
    'up',
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    String(process),
  );
  await inNode('link', 'set', 'lo', 'up');
  await inNode('address', 'add', `${nodeAddress(index)}/24`, 'dev', 'eth0');
  await inNode('link', 'set', 'eth0', 'up');
  await inNode('route', 'add', 'default', 'via', dnsAddress);
  await ip('route', 'replace', podRangeOf(index), 'via', nodeAddress(index));
  // Cluster IPs as seen from the tests: any node's kube-proxy would do.
  await ip('route', 'replace', serviceRange, 'via', nodeAddress(index));
}

async function ip(...args: string[]): Promise<void> {
  await command('ip', args);
}
