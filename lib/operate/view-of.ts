import { secretsAnnotation, versionAnnotation } from '../render/pod.js';
import { schema } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { resized, resolve } from '../resource/resolve.js';
import { hasForeignPods } from './adoption/foreign.js';
import { identityAnnotation } from './credentials/feature.js';
import { secretsRevisions } from './credentials/revision.js';
import { runningSize } from './membership/feature.js';
import type { Observed } from './observed.js';
import { detourAnnotation, detourOf } from './rollout/detour.js';
import { keptOff } from './rollout/login.js';
import { asRunning, versionReached } from './rollout/versions.js';
import { jobName, schemaAnnotation } from './schema/job.js';
import type { ObservedChildren, View } from './view.js';

/** The spec beside what runs: resolved once, for all features. */
export function viewOf(nacos: NacosObject, { jobs, pods }: ObservedChildren, observed: Observed): View {
  const selector = observed.statefulSet?.spec?.selector?.matchLabels;
  const held = asLargeAsItIs(nacos, observed);
  const goal = resolve(held, selector);
  const version = versionReached(goal, observed);
  const detour = detourOf(held, goal, observed, version);
  const resolved = detour ? resolve(detour.nacos, selector) : goal;
  const size = runningSize(resolved, observed);
  const secrets = secretsRevisions(resolved, observed);
  const identity = observed.secrets.identity ?? observed.statefulSet?.metadata.annotations?.[identityAnnotation];
  const objects = schema(asRunning(resolved, observed, version));
  const job = jobName(objects);
  const records = {
    ...(job && { [schemaAnnotation]: job }),
    ...(version && { [versionAnnotation]: version }),
    ...(detour?.record && { [detourAnnotation]: detour.record }),
    ...(identity && { [identityAnnotation]: identity }),
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
    schema: objects,
    observed,
    jobs,
    pods,
    version,
    ...(detour && { detour }),
    before: nacos.status,
  };
}

/** Pods of another operator do not follow a list, so that members come and go only once all are replaced. */
function asLargeAsItIs(nacos: NacosObject, observed: Observed): NacosObject {
  const replicas = observed.statefulSet?.spec?.replicas;
  const foreign = nacos.spec.type === 'cluster' && (observed.adoption?.foreign || hasForeignPods(observed));
  return foreign && replicas ? { ...nacos, spec: { ...nacos.spec, replicas } } : nacos;
}
