import type { ClusterReader } from 'cdk8s-reconciler';
import { within } from 'cdk8s-reconciler/client';
import type { NacosObject } from '../../resource/nacos.js';
import type { Server } from '../../server/client.js';
import { ServerData } from '../../server/data.js';
import { isUnanswered, reasonOf } from '../../server/exchange.js';
import type { ObservedData, ObservedMember } from '../observed.js';
import { askable } from '../servers.js';
import { itemsOf } from './items.js';
import { look } from './look.js';

type Context = ClusterReader & { readonly signal: AbortSignal };

/** Milliseconds; a server that hangs must not use up a reconciliation. */
const longest = 20_000;

/** What a server has of the initial data. Reads only. */
export async function observeData(
  { spec, metadata }: NacosObject,
  members: readonly ObservedMember[],
  serverIn: (pod: string) => Server,
  context: Context,
): Promise<ObservedData | undefined> {
  const pod = askable(members.filter(({ server }) => server?.reachable && !server.refused));
  if (!spec.initialData || !pod) return undefined;
  const items = itemsOf(spec.initialData);
  try {
    const found = await within(longest, context.signal, (signal) =>
      look(items, new ServerData(serverIn(pod), signal), metadata.namespace, context),
    );
    return { found: true, pod, items: found };
  } catch (error) {
    return { found: false, reason: isUnanswered(error) ? `Pod ${pod}: ${reasonOf(error)}` : (error as Error).message };
  }
}
