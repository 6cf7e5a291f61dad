import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import type { Instance } from '../resource/resolve.js';

/** Name, namespace and labels of one of an instance's objects. */
export function metadata(
  { namespace, labels }: Instance,
  name: string,
  more: Pick<ObjectMeta, 'labels' | 'annotations'> = {},
): ObjectMeta {
  return {
    name,
    ...(namespace && { namespace }),
    labels: { ...more.labels, ...labels },
    ...(more.annotations && { annotations: more.annotations }),
  };
}
