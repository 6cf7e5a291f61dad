import type { ActContext } from 'cdk8s-reconciler';
import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import { changeAdministratorPassword, recordPassword, setAdministrator } from './administrator/act.js';
import { refreshConfigurations } from './configurations/act.js';
import { generateCredentials } from './credentials/act.js';
import type { NacosStep } from './decide.js';
import type { Effect } from './feature.js';
import { seedData } from './initial-data/act.js';
import { deleteClaim, removePeers, setTraffic, syncMembers, transferLeader } from './membership/act.js';
import { replacePod, takeStrategyBack } from './rollout/act.js';
import { checkSchema } from './schema/act.js';
import { expandVolume, markClaims, replaceStatefulSet } from './volumes/act.js';

/** A step that is not carried out by writing children. */
type Act = Exclude<NacosStep, { readonly inChildren: true }>;

const effects: { readonly [T in Act['type']]: Effect<Extract<Act, { readonly type: T }>> } = {
  GenerateCredentials: generateCredentials,
  SetAdministrator: setAdministrator,
  ChangePassword: changeAdministratorPassword,
  RecordPassword: recordPassword,
  RefreshConfigurations: refreshConfigurations,
  EnableTraffic: setTraffic,
  DisableTraffic: setTraffic,
  SyncMembers: syncMembers,
  TransferLeader: transferLeader,
  RemovePeers: removePeers,
  ReplacePod: replacePod,
  KeepPods: takeStrategyBack,
  SeedData: seedData,
  MarkClaims: markClaims,
  DeleteClaim: deleteClaim,
  ExpandVolume: expandVolume,
  ReplaceStatefulSet: replaceStatefulSet,
  CheckSchema: checkSchema,
};

/** Carries out the step of a decision. */
export async function act(step: Act, nacos: NacosObject, context: ActContext): Promise<void> {
  const effect = effects[step.type] as Effect<Act>;
  await effect(step, resolve(nacos), context);
}
