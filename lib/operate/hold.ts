import type { KubernetesObject, Stored } from 'cdk8s-reconciler';
import type { Job, Pod, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { secretsAnnotation, servingClients } from '../render/pod.js';
import { schemaJobName } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { isComplete } from './conditions/schema-ready.js';
import { missingKeys } from './credentials.js';
import { podsOf } from './pods.js';
import { readsSecrets } from './secrets-revision.js';
import { versionObstacle } from './versions.js';
import { sameTemplates } from './volumes.js';

/** The children that others wait for. */
export interface HoldChildren {
  readonly secrets: readonly Secret[];
  readonly jobs: readonly Job[];
  readonly statefulSets: readonly StatefulSet[];
  readonly pods: readonly Stored<Pod>[];
}

/** Why a child must not be made, or change, yet. Pure. */
export function mustWait(child: KubernetesObject, nacos: NacosObject, children: HoldChildren): string | undefined {
  const instance = resolve(nacos);
  switch (child.kind) {
    case 'StatefulSet':
      return statefulSetObstacle(nacos, children) ?? forVolumes(child as StatefulSet, children);
    case 'ConfigMap':
      return child.metadata?.name === instance.names.members
        ? (forMembership(nacos, instance, children) ?? forNames(nacos, instance, children))
        : undefined;
    case 'Service':
      return forLabels(child, instance, children);
    default:
      return undefined;
  }
}

/** Why the StatefulSet must not be made, or changed, yet, whatever its volumes. Pure. */
export function statefulSetObstacle(nacos: NacosObject, children: HoldChildren): string | undefined {
  const instance = resolve(nacos);
  return (
    forCredentials(instance, children) ??
    forSchema(instance, children) ??
    forSelector(instance, children) ??
    forMembership(nacos, instance, children) ??
    forSecrets(nacos, instance, children) ??
    forNames(nacos, instance, children) ??
    versionObstacle(instance, nacos.status)?.message
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

/** After a status was lost, `render` does not know the selector until this pass has stated it again. */
function forSelector({ selector, names }: Instance, { statefulSets }: HoldChildren): string | undefined {
  const live = statefulSets.find(({ metadata }) => metadata?.name === names.statefulSet);
  const { matchLabels = {} } = live?.spec?.selector ?? {};
  const other = live && Object.entries(matchLabels).some(([key, value]) => selector[key] !== value);
  return other ? `the status does not tell of the selector of StatefulSet ${names.statefulSet} yet` : undefined;
}

/** Nor does it know who is a member: a list or a number that is only guessed could remove some at once. */
function forMembership(
  { status }: NacosObject,
  { servers, names }: Instance,
  { statefulSets }: HoldChildren,
): string | undefined {
  if (servers.mode !== 'cluster' || status?.membership) return undefined;
  const live = statefulSets.some(({ metadata }) => metadata?.name === names.statefulSet);
  return live ? `the status does not tell of the members of StatefulSet ${names.statefulSet} yet` : undefined;
}

/** Nor what its pods say of the Secrets: without that they would all be replaced. */
function forSecrets({ status }: NacosObject, instance: Instance, { statefulSets }: HoldChildren): string | undefined {
  const live = statefulSets.find(({ metadata }) => metadata?.name === instance.names.statefulSet);
  const named = live?.spec?.template.metadata?.annotations?.[secretsAnnotation];
  if (!named || status?.secrets || !readsSecrets(instance)) return undefined;
  return `the status does not tell of the Secrets of StatefulSet ${instance.names.statefulSet} yet`;
}

/** Pods of before there was the label would lose their clients. */
function forLabels(child: KubernetesObject, instance: Instance, { pods }: HoldChildren): string | undefined {
  const [label] = Object.keys(servingClients);
  if (!label || !(child as Service).spec?.selector?.[label]) return undefined;
  const without = podsOf(instance, pods).find(({ metadata }) => !metadata.labels?.[label]);
  return without ? `waits until pod ${without.metadata.name} has the label ${label}` : undefined;
}

/** Applied to one with other claim templates it would only be refused. */
function forVolumes({ metadata, spec }: StatefulSet, { statefulSets }: HoldChildren): string | undefined {
  const live = statefulSets.find((one) => one.metadata?.name === metadata?.name);
  return live && !sameTemplates(spec?.volumeClaimTemplates ?? [], live.spec?.volumeClaimTemplates ?? [])
    ? `StatefulSet ${metadata?.name} is to be replaced around its running pods, after its volume claims have grown`
    : undefined;
}

/** Members in another domain are others to Raft: the former ones would stay as voters. Before any has answered there is nothing to lose. */
function forNames(
  { status }: NacosObject,
  { servers, names, domain }: Instance,
  { statefulSets }: HoldChildren,
): string | undefined {
  if (servers.mode !== 'cluster' || !status?.version) return undefined;
  const live = statefulSets.find(({ metadata }) => metadata?.name === names.statefulSet);
  const server = live?.spec?.template.spec?.containers.find(({ name }) => name === names.container);
  const former = server?.env?.find(({ name }) => name === 'NACOS_SERVER_IP')?.value?.replace('$(POD_NAME).', '');
  if (!former || former === domain) return undefined;
  return `spec.clusterDomain: members have names in ${former}, and in ${domain} each would be another one to Raft; set it back, or move the data to a second Nacos (docs/moving-data.md)`;
}
