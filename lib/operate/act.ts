import type { ActContext as FullContext } from 'cdk8s-reconciler';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { changeAdministratorPassword, setAdministrator } from './act/administrator.js';
import { refreshConfigurations } from './act/configurations.js';
import { generateCredentials } from './act/credentials.js';
import { seedData } from './act/initial-data.js';
import { leadClients, removePeers, tellMembers, transferLeader } from './act/membership.js';
import { replacePod } from './act/rollout.js';
import { expandVolume, replaceStatefulSet } from './act/volumes.js';
import type { NacosAction } from './plan.js';

/** What carrying out an effect may use. */
export type ActContext = Omit<FullContext, 'fetchJson'>;

/** Carries out one effect. Must bear being repeated: what is there already stays. */
export type Effect<A> = (action: A, instance: Instance, context: ActContext) => Promise<void>;

const effects: { readonly [T in NacosAction['type']]: Effect<Extract<NacosAction, { readonly type: T }>> } = {
  GenerateCredentials: generateCredentials,
  SetAdministrator: setAdministrator,
  ChangePassword: changeAdministratorPassword,
  RefreshConfigurations: refreshConfigurations,
  AdmitMember: leadClients,
  DrainMember: leadClients,
  TellMembers: tellMembers,
  TransferLeader: transferLeader,
  RemovePeers: removePeers,
  ReplacePod: replacePod,
  SeedData: seedData,
  ExpandVolume: expandVolume,
  ReplaceStatefulSet: replaceStatefulSet,
};

/** Carries out what `plan` asked for. */
export async function act(action: NacosAction, nacos: NacosObject, context: ActContext): Promise<void> {
  const effect = effects[action.type] as Effect<NacosAction>;
  await effect(action, resolve(nacos), context);
}
