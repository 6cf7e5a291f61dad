import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PageSize } from '../../src/cache/page-size.js';

const objects = fc.integer({ min: 1, max: 2_000_000 });

it('lets a page be half a million characters long, or one object, whatever was asked for before', () => {
  fc.assert(
    fc.property(objects, fc.integer({ min: 1, max: 500 }), (length, before) => {
      const size = new PageSize();
      size.measured(before, before * length);
      expect(size.limit).toBeGreaterThanOrEqual(1);
      expect(size.limit).toBeLessThanOrEqual(500);
      if (size.limit > 1) expect(size.limit * length).toBeLessThanOrEqual(500_000);
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('asks for as much as before where a page had nothing', () => {
  const size = new PageSize();
  const { limit } = size;
  size.measured(0, 100);
  expect(size.limit).toBe(limit);
});
