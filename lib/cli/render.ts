import { Yaml } from 'cdk8s';
import { render } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import { UserError } from './manifests.js';

/**
 * The objects of each Nacos as YAML; the pods wait for their schema by themselves.
 *
 * @throws UserError for a cluster without a namespace, and for what only the operator does
 */
export function renderManifests(manifests: readonly NacosObject[]): string {
  const objects = manifests.flatMap((nacos) => {
    const { name, namespace } = nacos.metadata;
    if (nacos.spec.type === 'cluster' && !namespace)
      throw new UserError(
        `Nacos ${name}: metadata.namespace: is required, since members call each other by names that contain it; set it or give -n NAMESPACE`,
      );
    const obstacle = withoutOperator(nacos);
    if (obstacle) throw new UserError(`Nacos ${name}: ${obstacle}`);
    return render(nacos, { managedBy: 'gitops' });
  });
  // A copy of each: YAML would write parts that two objects share as an anchor and an alias.
  return Yaml.stringify(...objects.map((object) => JSON.parse(JSON.stringify(object)) as unknown));
}

/** What would not come true of a Nacos, or do harm, where nothing but its objects is applied. */
function withoutOperator({ spec }: NacosObject): string | undefined {
  if (spec.initialData) return 'spec.initialData: needs the operator, since nothing else writes it to the servers';
  if (spec.type !== 'cluster' || spec.replicas !== 1) return undefined;
  return 'spec.replicas: a cluster of one member needs the operator: nothing else takes the others out of Raft before they stop, and the one that is left could decide nothing; set 2 or more, or spec.type standalone';
}

/** A line for each Secret that the operator would create and that is not among the objects. */
export function missingSecrets(manifests: readonly NacosObject[]): string {
  return manifests
    .map((nacos) => {
      const { name, names, authentication } = resolve(nacos);
      if (authentication.identitySecret !== names.authSecret) return '';
      return `Nacos ${name}: the operator creates the Secret ${names.authSecret}; without it, create it with the keys token (base64 of 32 random bytes or more), identityKey and identityValue\n`;
    })
    .join('');
}
