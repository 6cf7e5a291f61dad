import type { Job, KubernetesObject, Secret, StatefulSet } from 'cdk8s-reconciler';
import { schemaJobName } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { isComplete } from './conditions/schema-ready.js';
import { missingKeys } from './credentials.js';

/** The children that servers wait for. */
export interface HoldChildren {
  readonly secrets: readonly Secret[];
  readonly jobs: readonly Job[];
  readonly statefulSets: readonly StatefulSet[];
}

/** Why servers must not start, or change, yet. Pure. */
export function serversWait(child: KubernetesObject, nacos: NacosObject, children: HoldChildren): string | undefined {
  if (child.kind !== 'StatefulSet') return undefined;
  const instance = resolve(nacos);
  return (
    forCredentials(instance, children) ??
    forSchema(instance, children) ??
    forStatus(instance, child as StatefulSet, children)
  );
}

function forCredentials({ names, authentication }: Instance, { secrets }: HoldChildren): string | undefined {
  const { authSecret } = names;
  if (authentication.identitySecret !== authSecret) return undefined;
  const secret = secrets.find(({ metadata }) => metadata?.name === authSecret);
  return secret && missingKeys(secret).length === 0 ? undefined : `waits for the keys of Secret ${authSecret}`;
}

function forSchema(instance: Instance, { jobs }: HoldChildren): string | undefined {
  const name = schemaJobName(instance);
  const job = jobs.find(({ metadata }) => metadata?.name === name);
  return !name || isComplete(job) ? undefined : `waits for the schema, Job ${name}`;
}

/** After a status was lost, `render` knows neither the members nor the selector, until this pass has stated them again. */
function forStatus(instance: Instance, child: StatefulSet, { statefulSets }: HoldChildren): string | undefined {
  const live = statefulSets.find(({ metadata }) => metadata?.name === child.metadata?.name);
  const fewer = instance.servers.mode === 'cluster' && (child.spec?.replicas ?? 1) < (live?.spec?.replicas ?? 0);
  const { matchLabels = {} } = live?.spec?.selector ?? {};
  const other = live && Object.entries(matchLabels).some(([key, value]) => instance.selector[key] !== value);
  return fewer || other
    ? `StatefulSet ${child.metadata?.name} has members that the status does not tell of yet`
    : undefined;
}
