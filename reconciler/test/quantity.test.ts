import { expect, it } from 'vitest';
import { parseQuantity } from '../src/schema/index.js';

it.each<[string | number, number | undefined]>([
  ['500m', 0.5],
  ['2', 2],
  [2, 2],
  ['1.5', 1.5],
  ['.5Gi', 2 ** 29],
  ['1Ki', 1024],
  ['1k', 1000],
  ['12e6', 12e6],
  ['1E', 1e18],
  ['-3M', -3e6],
  ['1 Gi', undefined],
  ['1GB', undefined],
  ['1K', undefined],
  ['1constructor', undefined],
  ['', undefined],
])('the quantity %s amounts to %s', (quantity, amount) => {
  expect(parseQuantity(quantity)).toBe(amount);
});
