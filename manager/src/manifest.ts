import type { NacosObject } from 'cdk8s-nacos/model';
import { stringify } from 'yaml';

/** Annotations that say how an object came here, not what it should be. */
const transient = ['kubectl.kubernetes.io/last-applied-configuration', 'nacos.io/idempotency-key'];

/** The object as a file for Git: without status and what the API server added. */
export function manifestOf({ apiVersion, kind, metadata, spec }: NacosObject): string {
  const { name, namespace, labels } = metadata ?? {};
  const kept = Object.entries(metadata?.annotations ?? {}).filter(([key]) => !transient.includes(key));
  const annotations = kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {};
  return stringify(
    { apiVersion, kind, metadata: { name, namespace, ...(labels && { labels }), ...annotations }, spec },
    { lineWidth: 0 },
  );
}
