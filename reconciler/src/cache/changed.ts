import { equal } from '../equal.js';
import type { Stored } from '../object.js';

/**
 * Whether the step from one version of an object to the next may call for other actions. A new resource version alone
 * does not: before Kubernetes 1.25 applying what is there already gave StatefulSets and Secrets one (measured), which
 * would go on for ever.
 */
export function changed(before: Stored, after: Stored): boolean {
  if (before.metadata.resourceVersion === after.metadata.resourceVersion) return false;
  return !equal(withoutVersion(before), withoutVersion(after));
}

/** Whether everything else is as it was before. */
export function isOnlyStatus(before: Stored | undefined, after: Stored): boolean {
  return before !== undefined && equal(withoutStatus(before), withoutStatus(after));
}

function withoutStatus(object: Stored): object {
  return { ...withoutVersion(object), status: undefined };
}

function withoutVersion(object: Stored): object {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '', managedFields: undefined } };
}
