import type { NacosObject } from '../resource/nacos.js';

type Json = Readonly<Record<string, unknown>>;

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What `kubectl apply` makes of a live object: fields of the manifest are set, fields that the one before had and this
 * one has not are removed, and fields of others stay, such as the size that an autoscaler has set. Without a record of
 * the one before, the spec is the manifest's.
 */
export function applied(live: NacosObject | undefined, manifest: NacosObject): NacosObject {
  if (!live) return manifest;
  const { metadata } = live;
  const record = metadata.annotations?.[lastApplied];
  const former = (record === undefined ? { spec: live.spec } : JSON.parse(record)) as Partial<NacosObject>;
  const of = <T>(field: T | undefined) => (field ?? {}) as Json;
  return {
    ...live,
    spec: merged(of(live.spec), of(former.spec), of(manifest.spec)) as NacosObject['spec'],
    metadata: {
      ...metadata,
      labels: merged(of(metadata.labels), of(former.metadata?.labels), of(manifest.metadata.labels)),
      annotations: merged(
        of(metadata.annotations),
        of(former.metadata?.annotations),
        of(manifest.metadata.annotations),
      ),
    } as NacosObject['metadata'],
  };
}

/** Lists are replaced as a whole, as of every resource that kubectl does not know. */
function merged(live: Json, former: Json, manifest: Json): Json {
  const kept = Object.entries(live).filter(([name]) => name in manifest || !(name in former));
  const stated = Object.entries(manifest).map(([name, value]) => {
    const [now, before] = [live[name], former[name]];
    return [name, isObject(value) && isObject(now) ? merged(now, isObject(before) ? before : {}, value) : value];
  });
  return { ...Object.fromEntries(kept), ...Object.fromEntries(stated) };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
