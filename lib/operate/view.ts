import type { KubernetesObject, Stored } from 'cdk8s-reconciler';
import type { Job, Pod, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { secretsAnnotation, versionAnnotation } from '../render/pod.js';
import { type SchemaObjects, schema } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resized, resolve } from '../resource/resolve.js';
import { secretsRevisions } from './credentials/revision.js';
import { runningSize } from './membership/size.js';
import type { Observed } from './observed.js';
import { type Detour, detourAnnotation, detourOf } from './rollout/detour.js';
import { keptOff } from './rollout/login.js';
import { versionReached } from './rollout/versions.js';

/** The live children and pods, as the caches have them. */
export interface ObservedChildren {
  readonly secrets: readonly Stored<Secret>[];
  readonly jobs: readonly Stored<Job>[];
  readonly services: readonly Stored<Service>[];
  readonly statefulSets: readonly Stored<StatefulSet>[];
  readonly configMaps: readonly Stored<KubernetesObject & { readonly data?: Readonly<Record<string, string>> }>[];
  readonly pods: readonly Stored<Pod>[];
}

/** All that a decision goes by. */
export interface View {
  readonly nacos: NacosObject;
  /** The spec with every open question answered, at the size and with the selector that run. */
  readonly instance: Instance;
  readonly schema: SchemaObjects;
  readonly observed: Observed;
  readonly jobs: readonly Stored<Job>[];
  readonly pods: readonly Stored<Pod>[];
  /** Version that all servers have reached; undefined before any has answered. */
  readonly version: string | undefined;
  /** Present while the servers go to the version of the spec by way of another, which is that of `instance`. */
  readonly detour?: Detour;
  /** The last report. It may be lost or edited: only other reports go by it. */
  readonly before: NacosObject['status'];
}

export function viewOf(nacos: NacosObject, { jobs, pods }: ObservedChildren, observed: Observed): View {
  const selector = observed.statefulSet?.spec?.selector?.matchLabels;
  const goal = resolve(nacos, selector);
  const version = versionReached(goal, observed);
  const detour = detourOf(nacos, goal, observed, version);
  const resolved = detour ? resolve(detour.nacos, selector) : goal;
  const size = runningSize(resolved, observed);
  const secrets = secretsRevisions(resolved, observed);
  const records = {
    ...(version && { [versionAnnotation]: version }),
    ...(detour?.record && { [detourAnnotation]: detour.record }),
    ...(secrets.recorded && { [secretsAnnotation]: secrets.recorded }),
  };
  const instance = {
    ...(size ? resized(resolved, size) : resolved),
    ...keptOff(resolved, observed),
    ...(secrets.inPods && { secretsRevision: secrets.inPods }),
    ...(Object.keys(records).length > 0 && { records }),
  };
  return {
    nacos,
    instance,
    schema: schema(instance),
    observed,
    jobs,
    pods,
    version,
    ...(detour && { detour }),
    before: nacos.status,
  };
}
