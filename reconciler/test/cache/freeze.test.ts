import { expect, it } from 'vitest';
import { freeze } from '../../src/cache/store.js';

it('freezes whatever is inside, however deep', () => {
  const depth = 100_000;
  const nested = JSON.parse(`${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`);
  let inner = freeze(nested);
  for (let level = 0; level < depth; level++) {
    if (!Object.isFrozen(inner) || !Object.isFrozen(inner.a)) expect.fail(`not frozen at ${level}`);
    inner = inner.a[0];
  }
  expect(inner).toBe(1);
});
