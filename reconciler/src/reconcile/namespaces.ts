import { describeObject } from '../object.js';
import type { Known } from './changes.js';
import type { Owner } from './owner.js';
import { controllerOf, type Desired } from './ownership.js';

/**
 * Why nothing may be written into the child's namespace: it is among the children, and it is not there yet, has another
 * owner, or is being deleted. Otherwise an object that is named like a namespace of others could write into that.
 */
export function namespaceObstacle(
  { metadata: { namespace } }: Pick<Desired, 'metadata'>,
  namespaces: ReadonlyMap<string, Desired>,
  owner: Owner,
  known: Known,
): string | undefined {
  const rendered = namespace && namespaces.get(namespace);
  if (!rendered) return undefined;
  const live = known.find(rendered);
  const isOurs = live && controllerOf(live)?.uid === owner.metadata.uid && !live.metadata.deletionTimestamp;
  return isOurs ? undefined : `waits for ${describeObject(rendered)}`;
}

/** The namespaces among the children, by name. */
export function namespacesIn(desired: readonly Desired[]): ReadonlyMap<string, Desired> {
  const found = desired.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace');
  return new Map(found.map((namespace) => [namespace.metadata.name, namespace]));
}
