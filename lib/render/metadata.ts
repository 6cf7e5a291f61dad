import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Instance } from '../resource/resolve.js';

/**
 * Name, namespace, labels and annotations of one of an instance's objects: those of the Nacos object come first, as
 * with the official operator (Kind.go), and give way to what is the child's own.
 */
export function metadata(
  { namespace, labels, inherited }: Instance,
  name: string,
  more: Pick<ObjectMeta, 'labels' | 'annotations'> = {},
): ObjectMeta {
  const annotations = { ...inherited.annotations, ...more.annotations };
  return {
    name,
    ...(namespace && { namespace }),
    labels: { ...inherited.labels, ...more.labels, ...labels },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}
