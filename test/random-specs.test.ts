import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../lib/render/render.js';
import { problemText } from '../lib/resource/problem.js';
import { validate, withDefaults } from '../lib/resource/validate.js';
import { violations } from './house-rules.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { instanceName, validSpec } from './random-spec.js';

// A fixed seed: the same specs on every run. Raise numRuns to look further.
const bounds = { seed: 20261121, numRuns: 120 };
const metadata = { name: 'n', namespace: 'shop' };

describe('any valid spec', () => {
  it('is accepted, and renders to objects that keep the house rules', () => {
    fc.assert(
      fc.property(instanceName, validSpec, fc.boolean(), (name, spec, waiting) => {
        const manifest = { metadata: { name, namespace: 'shop' }, spec };
        expect(validate(manifest).map((problem) => problemText(problem))).toEqual([]);
        const objects = render(withDefaults(manifest), { managedBy: waiting ? 'gitops' : 'operator' });
        expect(violations(objects as KubernetesObject[])).toEqual([]);
      }),
      bounds,
    );
  });

  it('renders to the same twice, and stays as it is', () => {
    fc.assert(
      fc.property(validSpec, (spec) => {
        const nacos = withDefaults({ metadata, spec });
        const before = structuredClone(nacos);
        expect(JSON.stringify(render(nacos))).toBe(JSON.stringify(render(before)));
        expect(nacos).toEqual(before);
      }),
      bounds,
    );
  });
});

describe('any spec at all', () => {
  it('gets an answer, and renders if the answer is good', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated()), (spec) => {
        const manifest = { metadata, spec };
        const problems = validate(manifest);
        for (const { path, message } of problems)
          expect([path.slice(0, 4), message]).toEqual(['spec', expect.stringMatching(/../)]);
        if (problems.length === 0) expect(render(withDefaults(manifest))).not.toEqual([]);
      }),
      { ...bounds, numRuns: 300 },
    );
  });
});

/** A valid spec with something else in one place. */
function mutated(): fc.Arbitrary<unknown> {
  return fc
    .tuple(validSpec, fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('', 0, -1, 1e300, '1Gi', null)))
    .map(([spec, place, value]) => {
      const copy = structuredClone(spec);
      const places = placesIn(copy);
      const [parent, name] = places[place % places.length]!;
      parent[name] = value;
      return copy;
    });
}

function placesIn(value: Record<string, unknown>): [Record<string, unknown>, string][] {
  return Object.entries(value).flatMap(([name, inner]): [Record<string, unknown>, string][] => [
    [value, name],
    ...(typeof inner === 'object' && inner !== null ? placesIn(inner as Record<string, unknown>) : []),
  ]);
}
