import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiError } from '../../src/client/api-error.js';
import { problemOf, refusesForNamespace } from '../../src/reconcile/problem.js';

const reason = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

it('is a condition with a reason and a message, whatever a webhook or a proxy puts into a refusal', () => {
  const status = fc.record(
    {
      reason: fc.anything(),
      message: fc.anything(),
      details: fc.oneof(fc.anything(), fc.record({ name: fc.anything(), causes: fc.anything() })),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), status.map(safely)),
      fc.constantFrom(400, 403, 404, 422),
      (body, code) => {
        const error = ApiError.from('PATCH', code, body);
        expect(refusesForNamespace(error)).toBe(false);
        const problem = problemOf(error, 'Service shop/web', 'ApplyFailed');
        expect(problem?.reason).toMatch(reason);
        expect(problem?.reason.length).toBeLessThanOrEqual(1024);
        expect(problem?.message).toContain('Service shop/web: ');
      },
    ),
    { seed: 19 },
  );
});

it('keeps the words of a reason that is none', () => {
  const body = JSON.stringify({ reason: 'tag :latest is not allowed', message: 'denied' });
  expect(problemOf(ApiError.from('PATCH', 403, body), 'Pod shop/web', 'ApplyFailed')).toEqual({
    reason: 'ApplyFailed',
    message: 'tag :latest is not allowed: Pod shop/web: denied',
    final: true,
  });
});

function safely(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
