import type { Server } from './client.js';
import { exchange } from './exchange.js';

interface RaftOperation {
  readonly command: 'transferLeader' | 'removePeer';
  /** Of the peer, `host:port` as Raft calls it. */
  readonly peer: string;
  readonly group: string;
}

/**
 * Has a Raft group changed, through any of its members. That it ends well says little: 3.x answers success to
 * everything (nacos: CoreOpsControllerV3.java), so read the members' own word afterwards.
 *
 * @throws Error if the server refuses; with the reason on 2.x
 */
export async function operateRaft(
  server: Server,
  { command, peer, group }: RaftOperation,
  signal: AbortSignal,
): Promise<void> {
  const json = { groupId: group, command, value: peer };
  const answer = await exchange(server, { method: 'POST', path: server.api.raft, json }, signal);
  if (answer.status === 200 && [0, 200].includes(answer.code ?? 0)) return;
  const { message } = Object(answer.body) as { message?: unknown };
  const why = typeof message === 'string' && message ? `: ${message.slice(0, 200)}` : '';
  throw new Error(
    `${command} of ${peer} in group ${group}: ${server.address} answered HTTP ${answer.status}, code ${answer.code}${why}`,
  );
}
