import type { Instance } from '../../resource/resolve.js';
import { stateOf } from '../cluster/members.js';
import type { Opinion } from '../feature.js';
import type { Observed, ObservedMember } from '../observed.js';
import type { View } from '../view.js';

export function configurations({ instance, observed }: View): Opinion<RefreshConfigurations> {
  return { step: configurationsStep(instance, observed) };
}

export interface RefreshConfigurations {
  readonly type: 'RefreshConfigurations';
  readonly message: string;
  /** There is one for every server that starts or ends, which would leave no room for others. */
  readonly event: false;
  readonly pods: readonly string[];
  readonly running: string;
}

/**
 * Servers hand out configurations from files, and notify each other of what was published. What one took that was gone
 * before it could notify, or while a new one was not in its list, the others learn when they next compare with the
 * database. From 2.3 on they look for changes every 30 s, but miss what a database of whole seconds dates before the
 * last look, and on 3.0 a configuration without an author ends it for good (nacos: DumpChangeConfigWorker.java,
 * ConfigMigrateService.java; measured); before, there is only the comparison of everything, within 10 min to 6 h
 * (nacos: DumpService.java). So that is asked for whenever a server has started or is gone.
 */
function configurationsStep(instance: Instance, observed: Observed): RefreshConfigurations | undefined {
  if (instance.servers.mode !== 'cluster') return undefined;
  const running = runningServers(observed);
  const { length } = instance.servers.members;
  const behind = observed.members.filter(({ refreshed, ordinal }) => refreshed !== running && ordinal < length);
  const pods = behind.filter((member) => hearsOfAll(instance, member, observed)).map(({ pod }) => pod);
  if (pods.length === 0) return undefined;
  const message = `Comparing configurations of ${pods.join(', ')} with the database, as other servers run than before`;
  return { type: 'RefreshConfigurations', message, event: false, pods, running };
}

/** Another text with every server that starts or ends, such as `n-0 2026-11-26T02:13:13Z, n-1 2026-11-26T02:12:28Z`. */
export function runningServers({ members }: Observed): string {
  return members
    .flatMap(({ pod, since }) => (since === undefined ? [] : [`${pod} ${new Date(since).toISOString().slice(0, 19)}Z`]))
    .join(', ');
}

/** Whether it hears of whatever is published from now on: every member that answers lists it. */
function hearsOfAll(instance: Instance, member: ObservedMember, { members }: Observed): boolean {
  const { server, ready, terminating, since } = member;
  if (!ready || terminating || since === undefined || stateOf(instance, member) !== 'UP') return false;
  const address = server?.reachable ? server.address : undefined;
  return members.every(({ server }) => !server?.reachable || !server.list || !address || server.list.includes(address));
}
