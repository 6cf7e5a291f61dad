import { setTimeout as sleep } from 'node:timers/promises';
import { PersistentVolumeClaim, Pod } from 'cdk8s-reconciler/kinds';
import { clientTraffic, trafficLabel } from '../../render/pod.js';
import { askServer, type Server } from '../../server/client.js';
import { operateRaft } from '../../server/raft.js';
import type { Effect } from '../feature.js';
import { membersAnnotation } from '../pods/pods.js';
import { authenticationSecretIfAny, serverIn } from '../servers.js';
import type { DeleteClaim, RemovePeers, SetTraffic, SyncMembers, TransferLeader } from './step.js';

export const setTraffic: Effect<SetTraffic> = async ({ type, pods }, { namespace }, context) => {
  const labels = type === 'EnableTraffic' ? clientTraffic : { [trafficLabel]: 'disabled' };
  for (const pod of pods) await context.patch(Pod, pod, { metadata: { labels } }, namespace);
};

export const syncMembers: Effect<SyncMembers> = async ({ pods, members }, { namespace }, context) => {
  const annotations = { [membersAnnotation]: String(members) };
  for (const pod of pods) await context.patch(Pod, pod, { metadata: { annotations } }, namespace);
};

export const transferLeader: Effect<TransferLeader> = async ({ from, to, groups }, instance, context) => {
  const secret = await authenticationSecretIfAny(instance, context);
  const [leader, successor] = await Promise.all([from, to].map((pod) => serverIn(pod, instance, secret, context)));
  const found = await askServer(successor!, context.signal);
  if (!found.reachable || !found.raftAddress) throw new Error(`${to} does not say what Raft calls it`);
  for (const group of groups)
    await operateRaft(leader!, { command: 'transferLeader', peer: found.raftAddress, group }, context.signal);
  await untilMoved(leader!, groups, context.signal);
};

export const removePeers: Effect<RemovePeers> = async ({ pod, peers }, instance, context) => {
  const secret = await authenticationSecretIfAny(instance, context);
  const server = await serverIn(pod, instance, secret, context);
  for (const { peer, group } of peers)
    await operateRaft(server, { command: 'removePeer', peer, group }, context.signal);
};

/** Asks the API server once more whether a server still has it. */
export const deleteClaim: Effect<DeleteClaim> = async ({ claim, pod }, { namespace }, context) => {
  if (await context.get(Pod, pod, namespace)) throw new Error(`Pod ${pod} is there again`);
  const found = await context.get(PersistentVolumeClaim, claim, namespace);
  if (found) await context.delete(PersistentVolumeClaim, found);
};

/**
 * Until a server says that it leads none of the groups, for at most 10 s: it says so late (measured: 3 s), and the next
 * look is another one.
 */
async function untilMoved(server: Server, groups: readonly string[], signal: AbortSignal): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const found = await askServer(server, signal);
    if (found.reachable && groups.every((group) => found.leaders[group] !== found.raftAddress)) return;
    await sleep(500, undefined, { signal });
  }
}
