import type { Instance } from '../../resource/resolve.js';
import { disconnected } from '../cluster/disconnected.js';
import { groupsLedBy } from '../cluster/members.js';
import { type TransferLeader, transferLeader } from '../membership/step.js';
import type { Observed } from '../observed.js';
import { others, type ReplacePod } from './step.js';

/**
 * A member that leaders only reach at an address that is gone joins when leaderships go to a member that began to run
 * since. Where there is none, one is replaced, if a majority is left meanwhile and the member says itself that it hears
 * no leader; otherwise it is for a human to find out, and to choose when (docs/operations/repair.md).
 */
export function reconnect(instance: Instance, observed: Observed): TransferLeader | ReplacePod | undefined {
  const found = disconnected(instance, observed);
  if (!found) return undefined;
  const { member, leaders, fresh, spare, safe, certain } = found;
  const [leader] = leaders;
  if (leader && fresh) return transferLeader(leader.pod, fresh.pod, groupsLedBy(leader));
  if (!safe || !certain) return undefined;
  const led = groupsLedBy(spare);
  const successor = leaders.find((one) => one !== spare);
  if (led.length > 0 && successor) return transferLeader(spare.pod, successor.pod, led);
  const message = `Replacing ${spare.pod}: ${member.pod} cannot join while all leaders send to an address that it had before`;
  const rest = others(observed, spare).filter((pod) => pod !== member.pod);
  return { type: 'ReplacePod', message, pod: spare.pod, others: rest };
}
