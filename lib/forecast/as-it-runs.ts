import { refusals } from '../operate/feature.js';
import type { NacosObject } from '../resource/nacos.js';

/**
 * An object as its servers run by its report, for where the children are not known: at the size and the version that it
 * says, where that is not yet, or never will be, what the spec says.
 */
export function asItRuns(nacos: NacosObject): NacosObject {
  const { spec, status, metadata } = nacos;
  const { 'nacos.io/paused': _, ...annotations } = metadata.annotations ?? {};
  const isRefused = status?.conditions?.some(
    ({ type, status, reason = '' }) => type === 'RolledOut' && status === 'False' && refusals.has(reason),
  );
  return {
    ...nacos,
    metadata: { ...metadata, annotations },
    spec: {
      ...spec,
      paused: false,
      ...(spec.type === 'cluster' && status?.replicas && { replicas: status.replicas }),
      ...(isRefused && { version: status?.version, image: undefined }),
    },
  };
}
