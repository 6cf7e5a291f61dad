import { Yaml } from 'cdk8s';
import { render } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import { UserError } from './manifests.js';

/**
 * The objects of each Nacos as YAML; the pods wait for their schema by themselves.
 *
 * @throws UserError for a cluster without a namespace
 */
export function renderManifests(manifests: readonly NacosObject[]): string {
  const objects = manifests.flatMap((nacos) => {
    const { name, namespace } = nacos.metadata;
    if (nacos.spec.type === 'cluster' && !namespace)
      throw new UserError(
        `Nacos ${name}: metadata.namespace: is required, since members call each other by names that contain it; set it or give -n NAMESPACE`,
      );
    return render(nacos, { managedBy: 'gitops' });
  });
  // A copy of each: YAML would write parts that two objects share as an anchor and an alias.
  return Yaml.stringify(...objects.map((object) => JSON.parse(JSON.stringify(object)) as unknown));
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
