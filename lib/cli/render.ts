import { Yaml } from 'cdk8s';
import { render } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';

/** The objects of each Nacos as YAML; the pods wait for their schema by themselves. */
export function renderManifests(manifests: readonly NacosObject[]): string {
  const objects = manifests.flatMap((nacos) => render(nacos, { managedBy: 'gitops' }));
  // A copy of each: YAML would write parts that two objects share as an anchor and an alias.
  return Yaml.stringify(...objects.map((object) => JSON.parse(JSON.stringify(object)) as unknown));
}
