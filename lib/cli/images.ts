import { inRegistry } from 'cdk8s-reconciler/kit';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { defaultNodeImage } from '../operate/node-image.js';
import { render } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import { defaultImage, defaultMysqlImage } from '../resource/resolve.js';
import type { Output } from './output.js';

/** Every image, one a line, sorted; the operator's with them. */
export function images(manifests: readonly NacosObject[] | undefined, registry: string | undefined): Output {
  const ofOperator = inRegistry(defaultNodeImage, registry);
  const ofServers =
    manifests?.flatMap(imagesOf) ??
    [defaultImage(undefined), defaultMysqlImage].map((image) => inRegistry(image, registry));
  const found = [...new Set([ofOperator, ...ofServers])].sort();
  return { text: found.map((image) => `${image}\n`).join(''), data: found };
}

function imagesOf(nacos: NacosObject): string[] {
  return render(nacos, { managedBy: 'gitops' }).flatMap((object) => {
    const pod: PodSpec | undefined = (object as StatefulSet).spec?.template?.spec;
    return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].flatMap(({ image }) => image ?? []);
  });
}
