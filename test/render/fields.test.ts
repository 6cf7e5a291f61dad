import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { validate } from '../../lib/resource/validate.js';
import { nacos } from '../nacos-object.js';
import type { Json } from './field-values.js';
import { allPaths, bundles, type Field, specOf, strayRows } from './fields.js';

/** A field that says what is so anyway: the port is computed, and may be written down. */
const redundant = 'service.nodePorts.grpc';

/** With the operator, and without: what becomes of a claim is the StatefulSet's to say only without. */
const rendered = (spec: Json) => JSON.stringify([render(nacos(spec)), render(nacos(spec), { managedBy: 'gitops' })]);

/** Without the field, or with something else in it where that cannot be. */
function without({ required, value, other }: Field): unknown {
  if (!required) return undefined;
  return other === value ? `${value}2` : other;
}

describe('every field of the spec', () => {
  const all = bundles();
  const cases = all.flatMap((bundle) => bundle.fields.map((field) => ({ path: field.path, field, bundle })));

  it('is looked at, and no other', () => {
    expect(cases.length).toBeGreaterThan(250);
    expect(new Set(cases.map(({ path }) => path)).size).toBe(cases.length);
    expect(strayRows()).toEqual([]);
    expect(allPaths()).toContain(redundant);
  });

  it.each(all)('may stand beside others: $fields.0.path', (bundle) => {
    for (const spec of [specOf(bundle, ({ value }) => value), specOf(bundle, ({ other }) => other)])
      expect(validate({ metadata: { name: 'n' }, spec })).toEqual([]);
  });

  it.each(cases)('changes the children: $path', ({ path, field, bundle }) => {
    const filled = specOf(bundle, ({ value }) => value);
    const lacking = specOf(bundle, (one) => (one === field ? without(one) : one.value));
    expect(rendered(filled) !== rendered(lacking)).toBe(path !== redundant);
  });
});
