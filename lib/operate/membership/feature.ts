import { firstOrdinals, incompleteness, unhealthyMembers } from '../cluster/health.js';
import type { Opinion } from '../feature.js';
import { fails } from '../statement.js';
import type { View } from '../view.js';
import { scaled } from './condition.js';
import { namesObstacle } from './gate.js';
import { type MembershipStep, membershipStep, type Wait } from './step.js';

export interface Membership extends Opinion<MembershipStep> {
  /** What the cluster does about its size, or waits for. */
  readonly scaling: MembershipStep | Wait | undefined;
  /** Ordinal of the member that was added last, as long as it is the only one that is not well. */
  readonly joining?: number;
}

/** @param obstacle why the StatefulSet cannot change now */
export function membership(view: View, obstacle: string | undefined): Membership {
  const { instance, observed } = view;
  const { servers } = instance;
  const scaling = membershipStep(instance, observed, obstacle);
  if (servers.mode === 'standalone') return { scaling };
  const joining = joiningMember(view);
  const renamed = namesObstacle(view);
  const why = joining === undefined ? undefined : incompleteness(instance, observed, servers.members.length);
  return {
    scaling,
    ...(scaling && scaling.type !== 'Wait' && { step: scaling }),
    ...(joining !== undefined && { joining }),
    conditions: [
      ...(renamed ? [fails('NamesKept', 'DomainChangeRefused', renamed)] : []),
      ...scaled(servers, scaling, why),
    ],
  };
}

/** The report before says that the cluster was growing; without it a member that starts is one that is not well. */
function joiningMember({ instance, observed, before }: View): number | undefined {
  const { servers } = instance;
  const scaling = before?.conditions?.some(({ type, status }) => type === 'Scaled' && status === 'False');
  const last = servers.replicas - 1;
  if (!scaling || last < 1 || unhealthyMembers(instance, observed, firstOrdinals(last))) return undefined;
  return incompleteness(instance, observed, servers.replicas) === undefined ? undefined : last;
}
