import type { Instance } from '../../resource/resolve.js';
import type { NacosStatus } from '../../resource/status.js';
import type { Observed } from '../observed.js';
import type { Problem } from '../pods/problems.js';
import { stateOf } from './members.js';

/** Longer than a start of any version took (measured), and than a node's reboot. In milliseconds. */
const patience = 600_000;

/** States that say nothing of a member with a ready pod. */
const unknown: ReadonlySet<string> = new Set(['Refused', 'Unreachable', 'Unknown']);

/**
 * Whether so many members have been away for so long that the rest can decide nothing, and only a human can decide
 * what to give up.
 *
 * @param ofPods what keeps pods from running, which is what to look at first
 */
export function quorumLost(
  instance: Instance,
  observed: Observed,
  before: NacosStatus | undefined,
  ofPods: Problem | undefined,
): Problem | undefined {
  const { servers } = instance;
  // What never was a cluster has no majority to lose: its pods show what is wrong.
  if (servers.mode !== 'cluster' || !before?.version) return undefined;
  const gone = servers.members.flatMap((_, ordinal) => {
    const member = observed.members.find((member) => member.ordinal === ordinal);
    const state = stateOf(instance, member);
    // Its own word would be lost with the others'; if only the operator does not get it, clients are served.
    const served = member?.ready && unknown.has(state);
    const last = before.members?.[ordinal];
    const long = last?.state === state && observed.at - Date.parse(last.lastTransitionTime ?? '') > patience;
    return state !== 'UP' && long && !served
      ? [`${instance.name}-${ordinal} is ${state} since ${last.lastTransitionTime}`]
      : [];
  });
  if (gone.length * 2 < servers.members.length) return undefined;
  const message = `${gone.join(', ')}: without a majority the members elect no leader and take no writes, and the operator changes nothing; docs/operations/repair.md says how to get them back, or go on without them`;
  return { reason: 'QuorumLost', message: [message, ...(ofPods ? [ofPods.message] : [])].join('. '), stuck: true };
}
