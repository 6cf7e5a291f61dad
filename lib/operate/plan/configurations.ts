import type { Instance } from '../../resource/resolve.js';
import type { Facts, MemberFacts } from '../facts.js';
import { stateOf } from '../members.js';

export interface RefreshConfigurations {
  readonly type: 'RefreshConfigurations';
  readonly message: string;
  /** There is one for every server that starts or ends, which would leave no room for others. */
  readonly event: false;
  readonly pods: readonly string[];
  readonly running: string;
}

/**
 * Servers hand out configurations from files, and tell each other what was published. What one took that was then gone before it could tell,
 * or while a new one was not in its list, the others learn when they next compare with the database. From 2.3 on they look for changes every
 * 30 s, but miss what a database of whole seconds dates before the last look, and on 3.0 a configuration without an author ends it for good
 * (nacos: DumpChangeConfigWorker.java, ConfigMigrateService.java; measured); before, there is only the comparison of everything, within
 * 10 min to 6 h (nacos: DumpService.java). So that is asked for whenever a server has started or is gone.
 */
export function configurations(instance: Instance, facts: Facts): RefreshConfigurations | undefined {
  if (instance.servers.mode !== 'cluster') return undefined;
  const running = runningServers(facts);
  const { length } = instance.servers.members;
  const behind = facts.members.filter(({ refreshed, ordinal }) => refreshed !== running && ordinal < length);
  const pods = behind.filter((member) => canBeTold(instance, member, facts)).map(({ pod }) => pod);
  if (pods.length === 0) return undefined;
  const message = `${pods.join(', ')}: compared with the database, as other servers run than before`;
  return { type: 'RefreshConfigurations', message, event: false, pods, running };
}

/** Another text with every server that starts or ends, such as `n-0 2026-11-26T02:13:13Z, n-1 2026-11-26T02:12:28Z`. */
export function runningServers({ members }: Facts): string {
  return members
    .flatMap(({ pod, since }) => (since === undefined ? [] : [`${pod} ${new Date(since).toISOString().slice(0, 19)}Z`]))
    .join(', ');
}

/** Whether it hears of whatever is published from now on: every member that answers lists it. */
function canBeTold(instance: Instance, member: MemberFacts, { members }: Facts): boolean {
  const { server, ready, ending, since } = member;
  if (!ready || ending || since === undefined || stateOf(instance, member) !== 'UP') return false;
  const address = server?.reachable ? server.address : undefined;
  return members.every(({ server }) => !server?.reachable || !server.list || !address || server.list.includes(address));
}
