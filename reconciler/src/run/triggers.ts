import type { KnownChildren } from '../cache/known-children.js';
import { isOnlyStatus, type Store } from '../cache/store.js';
import type { Controller, ReadKind } from '../controller.js';
import { apiVersionOf } from '../kind.js';
import { keyOf, type Stored } from '../object.js';
import type { Queue } from '../queue/queue.js';
import type { Owner } from '../reconcile/owner.js';
import { controllerOf } from '../reconcile/ownership.js';
import type { Status } from '../reconcile/status.js';

/** Puts the objects into the queue that a change of the caches concerns. */
export function connect(controller: Controller, owners: Store, known: KnownChildren, queue: Queue): void {
  owners.listen((before, after, initial) => {
    if (!after) return;
    const lane = initial && isDone(after) ? 'low' : 'normal';
    if (isOnlyStatus(before, after)) queue.addStated(keyOf(after), lane);
    else queue.add(keyOf(after), lane);
  });
  known.onChange((before, after) => {
    // Both: an owner reference that is taken away concerns the former owner.
    for (const object of [before, after]) {
      const key = object && ownerKey(controller, object);
      if (key) queue.add(key);
    }
  });
  known.onReadChange((name, before, after, initial) => {
    const { matches, optional } = controller.reads?.[name] ?? {};
    // No worker starts before the list is complete, and then every object is in the queue.
    if (initial && !optional) return;
    const { namespace } = (after ?? before)?.metadata ?? {};
    for (const owner of owners.list(controller.resource.namespaced ? namespace : undefined)) {
      const concerned = [before, after].some((object) => object && mayMatch(matches, object, owner as Owner));
      if (concerned) queue.add(keyOf(owner));
    }
  });
}

/** Also where `matches` throws: then the reconciliation says so. */
function mayMatch(matches: ReadKind['matches'] | undefined, object: Stored, owner: Owner): boolean {
  try {
    return matches?.(object, owner) ?? false;
  } catch {
    return true;
  }
}

/** Whether this generation was reconciled before we started: then others are more urgent. */
function isDone({ metadata, ...object }: Stored): boolean {
  const { status } = object as { readonly status?: Status };
  return status?.observedGeneration === metadata.generation;
}

function ownerKey({ resource }: Controller, object: Stored): string | undefined {
  const owner = controllerOf(object);
  if (owner?.kind !== resource.kind || owner.apiVersion !== apiVersionOf(resource)) return undefined;
  return resource.namespaced ? `${object.metadata.namespace}/${owner.name}` : owner.name;
}
