import { within } from 'cdk8s-reconciler/client';
import type { Instance } from '../../resource/resolve.js';
import type { Server } from '../../server/client.js';
import { ServerData } from '../../server/data.js';
import { isUnanswered, reasonOf } from '../../server/exchange.js';
import type { Observed, ObservedConfigurations } from '../observed.js';
import { hasDetour } from './detour.js';
import { versionReached } from './versions.js';

/** Milliseconds; a server that hangs must not use up a reconciliation. */
const longest = 10_000;

/** How many configurations clients find in the namespace `public`; not asked where nothing goes by it. Reads only. */
export async function observeConfigurations(
  instance: Instance,
  found: Pick<Observed, 'members' | 'statefulSet'>,
  serverIn: (pod: string) => Server,
  { signal }: { readonly signal: AbortSignal },
): Promise<ObservedConfigurations | undefined> {
  if (!hasDetour(instance, found, versionReached(instance, found))) return undefined;
  const asked = found.members.find(({ ready, server }) => ready && server?.reachable && !server.refused);
  if (!asked) return { known: false, reason: 'no server is ready' };
  try {
    const count = await within(longest, signal, (signal) =>
      new ServerData(serverIn(asked.pod), signal).publicConfigurations(),
    );
    return { known: true, count };
  } catch (error) {
    return {
      known: false,
      reason: isUnanswered(error) ? `${asked.pod}: ${reasonOf(error)}` : (error as Error).message,
    };
  }
}
