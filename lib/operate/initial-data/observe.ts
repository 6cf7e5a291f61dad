import type { ClusterReader } from 'cdk8s-reconciler';
import { within } from 'cdk8s-reconciler/client';
import type { NacosObject } from '../../resource/nacos.js';
import type { Server } from '../../server/client.js';
import { ServerData } from '../../server/data.js';
import { isUnanswered, reasonOf } from '../../server/exchange.js';
import type { DataFacts, MemberFacts } from '../facts.js';
import { decide, emptied, remember } from './decide.js';
import { itemsOf } from './items.js';
import { look } from './look.js';

type Context = ClusterReader & { readonly signal: AbortSignal };

/** Milliseconds; a server that hangs must not use up a pass. */
const longest = 20_000;

/** What there is of the initial data, and what follows from it. Reads only. */
export async function observeData(
  { spec, status, metadata }: NacosObject,
  members: readonly MemberFacts[],
  serverIn: (pod: string) => Server,
  context: Context,
): Promise<DataFacts | undefined> {
  const pod = askable(members);
  if (!spec.initialData || !pod) return undefined;
  const items = itemsOf(spec.initialData);
  try {
    const found = await within(longest, context.signal, (signal) =>
      look(items, new ServerData(serverIn(pod), signal), metadata.namespace, context),
    );
    return {
      found: true,
      pod,
      decisions: decide(found, status?.seeded),
      seeded: remember(found, status?.seeded),
      emptied: emptied(found, status?.seeded),
    };
  } catch (error) {
    return { found: false, reason: isUnanswered(error) ? `Pod ${pod}: ${reasonOf(error)}` : (error as Error).message };
  }
}

/** A member that comes back reads its own copy of the database, which may be old; that of the leader is not. */
function askable(members: readonly MemberFacts[]): string | undefined {
  const able = members.filter(({ ready, server }) => ready && server?.reachable && !server.refused);
  const leader = able.flatMap(({ server }) => (server?.reachable ? (server.leaders.nacos_config ?? []) : []))[0];
  if (leader === undefined) return able[0]?.pod;
  return able.find(({ server }) => server?.reachable && server.raftAddress === leader)?.pod;
}
