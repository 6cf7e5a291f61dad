import { apiVersionOf, type Kind } from '../kind.js';
import type { KubernetesObject } from '../object.js';

/** Path of all objects of a kind, or of those in one namespace. */
export function collectionPath(kind: Kind, namespace?: string): string {
  const root = `${kind.group ? '/apis' : '/api'}/${apiVersionOf(kind)}`;
  return kind.namespaced && namespace
    ? `${root}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`
    : `${root}/${kind.plural}`;
}

/**
 * Path of one object.
 *
 * @throws Error without a name, or without the namespace of what is in one: that would be the path of something else
 */
export function objectPath(kind: Kind, name: string, namespace?: string): string {
  const lacks = !name ? 'its name' : kind.namespaced && !namespace ? 'its namespace' : undefined;
  if (lacks) throw new Error(`${kind.kind} ${name}: ${lacks} is missing`);
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

/** The kind among `kinds` that the object is of. */
export function kindOf<K extends Kind>(object: KubernetesObject, kinds: readonly K[]): K | undefined {
  return kinds.find((kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion);
}
