import type { Stored } from 'cdk8s-reconciler';
import type { Client } from 'cdk8s-reconciler/client';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { fromCluster } from 'cdk8s-reconciler/plan';
import { nacos } from '../operate/controller.js';
import type { NacosObject } from '../resource/nacos.js';
import { claimsIn } from './claims.js';
import { type Plan, plan } from './plan.js';
import { podsIn } from './pods.js';

/**
 * What the operator will do in a cluster: a plan with the children and claims that are there, and with what the API
 * server would refuse, as far as the caller may read and write them.
 *
 * @param before as the API server has it; absent where the object is new
 * @param token of the caller. @default that of the client
 */
export async function planIn(
  client: Client,
  before: NacosObject | undefined,
  after: NacosObject,
  token?: string,
): Promise<Plan> {
  const children = await fromCluster(nacos, client, before ?? after, token);
  // Where children are made up from a report, they were never made over claims of the time before.
  const isMadeUp = before !== undefined && children.live === undefined;
  const volumes = isMadeUp ? { unseen: [] } : await claimsIn(client, after, token);
  const set = children.live?.find((child): child is Stored<StatefulSet> => child.kind === 'StatefulSet');
  const running = set ? await podsIn(client, set, token) : { unseen: [] };
  const outcome = await plan(before, after, { ...children, ...volumes, ...running });
  return { ...outcome, unseen: [...children.unseen, ...volumes.unseen, ...running.unseen] };
}
