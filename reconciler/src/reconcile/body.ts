import { type Deep, deeply } from '../deeply.js';
import { initialValues } from '../initially.js';
import type { Kind } from '../kind.js';
import { at, isMap, merge } from '../merge.js';
import type { Stored } from '../object.js';
import { type FieldSet, isWhole, ListItems } from './field-set.js';
import type { Desired } from './ownership.js';

/**
 * A version that no object has: an apply then creates, or is refused with 409 for what is there (measured; no other
 * apply only creates).
 */
const noVersion = '1';

/**
 * The body of the apply that makes a child as desired: a new one, or the one that we know in that very version. It is
 * refused with 409 where there is something else by now.
 *
 * An apply removes what it had before and leaves out. That would take away the replicas that an autoscaler is about to
 * take over, and initial values. As long as no one has taken them over they are applied with their live value.
 *
 * @param fields those of `live` that we own
 */
export function bodyOf(desired: Desired, kind: Kind, live?: Stored, fields: FieldSet = {}): Desired {
  const { [initialValues]: initial = {}, ...rendered } = desired;
  const { uid, resourceVersion = noVersion } = live?.metadata ?? {};
  const body = { ...rendered, metadata: { ...rendered.metadata, uid, resourceVersion } };
  if (!live) return merge(initial, body) as Desired;
  const shared = merge(initial, replicasOf(kind, live));
  return merge(deeply(valuesOf(shared, fields, rendered, live)), body) as Desired;
}

/**
 * Of `.spec.replicas`: `{ spec: { replicas: true } }`. Nothing at 0, where an autoscaler is off
 * (podautoscaler/horizontal.go).
 */
function replicasOf({ replicasPath = '' }: Kind, live: Stored): object {
  const names = replicasPath.split('.').filter((name) => name !== '');
  if (names.length === 0 || names.reduce<unknown>(at, live) === 0) return {};
  return names.reduceRight<object | true>((inside, name) => ({ [name]: inside }), true) as object;
}

/** Live values of the fields in `shared` that we own and do not render. */
function* valuesOf(shared: unknown, fields: FieldSet | undefined, rendered: unknown, live: unknown): Deep<unknown> {
  if (fields === undefined || live === undefined || (rendered !== undefined && !isMap(rendered))) return undefined;
  if (!isMap(shared)) return rendered === undefined ? yield ownValues(fields, live) : undefined;
  const values: [string, unknown][] = [];
  for (const [name, inside] of Object.entries(shared)) {
    const value = yield valuesOf(inside, fields[`f:${name}`], at(rendered, name), at(live, name));
    if (value !== undefined) values.push([name, value]);
  }
  return values.length > 0 ? Object.fromEntries(values) : undefined;
}

/** Live values of what is in a field set. */
function* ownValues(fields: FieldSet, live: unknown): Deep<unknown> {
  if (isWhole(fields) || typeof live !== 'object' || live === null) return live;
  if (Array.isArray(live)) {
    const items = ListItems.of(fields);
    const owned: unknown[] = [];
    for (const item of live) for (const found of items.find(item)) owned.push(yield ownValues(found.fields, item));
    return owned;
  }
  const values: [string, unknown][] = [];
  for (const [name, value] of Object.entries(live)) {
    const inside = fields[`f:${name}`];
    if (inside) values.push([name, yield ownValues(inside, value)]);
  }
  return Object.fromEntries(values);
}
