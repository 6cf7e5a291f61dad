import type { Instance } from '../../resource/resolve.js';
import type { Facts, MemberFacts } from '../facts.js';
import { stateOf } from '../members.js';

export interface RefreshConfigurations {
  readonly type: 'RefreshConfigurations';
  readonly message: string;
  readonly pods: readonly string[];
}

/**
 * Servers hand out configurations from files. One that starts reads the database once, and what the others take meanwhile it hears of only
 * once they list it. It goes by the time of changes to find the rest (nacos: DumpChangeConfigWorker.java), and misses those that a database
 * of whole seconds dates before its start; before 2.3 it does not look. Then only the next whole comparison helps, within 10 min to 6 h
 * (nacos: DumpService.java), so it is asked for as soon as nothing more can be missed.
 */
export function configurations(instance: Instance, facts: Facts): RefreshConfigurations | undefined {
  if (instance.servers.mode !== 'cluster') return undefined;
  const pods = facts.members.filter((member) => isBehind(instance, member, facts)).map(({ pod }) => pod);
  if (pods.length === 0) return undefined;
  const message = `${pods.join(', ')}: started, and now compared with the database, for what was published meanwhile`;
  return { type: 'RefreshConfigurations', message, pods };
}

function isBehind(instance: Instance, member: MemberFacts, { members }: Facts): boolean {
  const { server, ready, since, refreshed, ending } = member;
  if (!ready || ending || !since || since === refreshed || stateOf(instance, member) !== 'UP') return false;
  const address = server?.reachable ? server.address : undefined;
  return members.every(({ server }) => !server?.reachable || !server.list || !address || server.list.includes(address));
}
