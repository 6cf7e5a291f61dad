import type { Instance } from '../../resource/resolve.js';
import type { NacosStatus } from '../../resource/status.js';
import type { Observed, ObservedMember } from '../observed.js';
import { firstOrdinals, groupsLedBy, stateOf } from './members.js';

type MemberStatus = NonNullable<NacosStatus['members']>[number];

/** `status.members`: one entry for each server that there is or should be. */
export function memberStatuses(
  instance: Instance,
  observed: Observed,
  before: NacosStatus | undefined,
): MemberStatus[] {
  const { servers, name } = instance;
  const known = servers.mode === 'cluster' && observed.statefulSet ? servers.replicas : 0;
  const count = Math.max(known, ...observed.members.map(({ ordinal }) => ordinal + 1));
  return firstOrdinals(count).map((ordinal) => {
    const member = observed.members.find((one) => one.ordinal === ordinal);
    const pod = `${name}-${ordinal}`;
    const last = before?.members?.find((one) => one.pod === pod);
    return memberStatus(instance, pod, member, last, observed.at);
  });
}

function memberStatus(
  instance: Instance,
  pod: string,
  member: ObservedMember | undefined,
  before: MemberStatus | undefined,
  at: number,
): MemberStatus {
  const state = stateOf(instance, member);
  const server = member?.server?.reachable ? member.server : undefined;
  const leaderOf = member ? groupsLedBy(member) : [];
  const since = before?.state === state ? before.lastTransitionTime : undefined;
  return {
    pod,
    state,
    ...(server?.address && { address: server.address }),
    ...(server?.version && { version: server.version }),
    ...(leaderOf.length > 0 && { leaderOf }),
    lastTransitionTime: since ?? `${new Date(at).toISOString().slice(0, 19)}Z`,
  };
}
