import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { equal } from '../src/equal.js';

it('is what Node calls deeply equal, of JSON', () => {
  const json = fc.jsonValue({ depthSize: 'small' });
  fc.assert(fc.property(json, json, (a, b) => equal(a, b) === isDeepStrictEqual(a, b)));
  fc.assert(fc.property(json, (a) => equal(a, JSON.parse(JSON.stringify(a))) || JSON.stringify(a).includes('-0')));
});

it('takes no key for one that every object inherits', () => {
  const key = fc.constantFrom('a', 'constructor', 'toString', '__proto__', 'valueOf');
  const { map } = fc.letrec<{ map: object; value: unknown }>((tie) => ({
    map: fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
    value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(1, 'x', null), tie('map')),
  }));
  const parsed = map.map((one) => JSON.parse(JSON.stringify(one)) as object);
  fc.assert(fc.property(parsed, parsed, (a, b) => equal(a, b) === isDeepStrictEqual(a, b)));
});

it.each([
  [{ a: undefined }, {}, true],
  [{}, { a: undefined }, true],
  [{ a: null }, {}, false],
  [[], {}, false],
  [{ a: [1, 2] }, { a: [2, 1] }, false],
  [{ a: 5n }, { a: 5n }, true],
  [{ a: 5n }, { a: 5 }, false],
])('of %o and %o says %s', (a, b, answer) => {
  expect(equal(a, b)).toBe(answer);
  expect(equal(b, a)).toBe(answer);
});

it('compares whatever depth the API server takes', () => {
  const nested = (end: number) => JSON.parse(`${'{"a":['.repeat(50_000)}${end}${']}'.repeat(50_000)}`);
  expect(equal(nested(1), nested(1))).toBe(true);
  expect(equal(nested(1), nested(2))).toBe(false);
});
