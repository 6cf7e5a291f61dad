import { setTimeout as sleep } from 'node:timers/promises';
import { Pod } from 'cdk8s-reconciler/kinds';
import { servingClients } from '../../render/pod.js';
import type { Instance } from '../../resource/resolve.js';
import { askServer, type Server } from '../../server/client.js';
import { operateRaft } from '../../server/raft.js';
import type { ActContext } from '../act.js';
import type { LeadClients, RemovePeers, TellMembers, TransferLeader } from '../membership.js';
import { membersAnnotation } from '../pods.js';
import { authenticationSecretIfAny, serverIn } from './server.js';

export async function leadClients({ type, pods }: LeadClients, { namespace }: Instance, context: ActContext) {
  const [label, clients] = Object.entries(servingClients)[0]!;
  const labels = { [label]: type === 'AdmitMember' ? clients : 'nobody' };
  for (const pod of pods) await context.patch(Pod, pod, { metadata: { labels } }, namespace);
}

export async function tellMembers({ pods, members }: TellMembers, { namespace }: Instance, context: ActContext) {
  const annotations = { [membersAnnotation]: String(members) };
  for (const pod of pods) await context.patch(Pod, pod, { metadata: { annotations } }, namespace);
}

export async function transferLeader({ from, to, groups }: TransferLeader, instance: Instance, context: ActContext) {
  const secret = await authenticationSecretIfAny(instance, context);
  const [leader, successor] = await Promise.all([from, to].map((pod) => serverIn(pod, instance, secret, context)));
  const facts = await askServer(successor!, false, context.signal);
  if (!facts.reachable || !facts.raftAddress) throw new Error(`${to} does not tell what Raft calls it`);
  for (const group of groups)
    await operateRaft(leader!, { command: 'transferLeader', peer: facts.raftAddress, group }, context.signal);
  await moved(leader!, groups, context.signal);
}

export async function removePeers({ pod, peers }: RemovePeers, instance: Instance, context: ActContext) {
  const secret = await authenticationSecretIfAny(instance, context);
  const server = await serverIn(pod, instance, secret, context);
  for (const { peer, group } of peers)
    await operateRaft(server, { command: 'removePeer', peer, group }, context.signal);
}

/** Until a server says that it leads none of the groups, for at most 10 s: it tells late (measured: 3 s), and the next pass looks anew. */
async function moved(server: Server, groups: readonly string[], signal: AbortSignal): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const facts = await askServer(server, false, signal);
    if (facts.reachable && groups.every((group) => facts.leaders[group] !== facts.raftAddress)) return;
    await sleep(500, undefined, { signal });
  }
}
