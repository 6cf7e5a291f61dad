import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson, toJson } from '../../src/client/json.js';

it('keeps every integer, also in the texts of an object, and gives numbers where they are exact', () => {
  const text = String.raw`{"a":9007199254740993,"b":[-9223372036854775808,1],"c":"9007199254740993 \"12345678901234567890\"","d":1e21,"e":9007199254740991}`;
  const value = parseJson(text);
  expect(value).toEqual({
    a: 9007199254740993n,
    b: [-9223372036854775808n, 1],
    c: '9007199254740993 "12345678901234567890"',
    d: 1e21,
    e: Number.MAX_SAFE_INTEGER,
  });
  expect(toJson(value)).toBe(text.replace('1e21', '1e+21'));
});

it('reads what JSON.parse reads, and writes what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/\d{16}/.test(text));
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(toJson(value)).toBe(text);
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('writes beside a large integer what JSON.stringify writes', () => {
  const odd = fc.constantFrom(undefined, Number.NaN, Symbol('s'), () => 1, new Date(0), { toJSON: () => ({ a: 1 }) });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(fc.jsonValue(), odd, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
  }));
  fc.assert(
    fc.property(value, (any) => {
      expect(toJson([any, 2n ** 60n])).toBe(JSON.stringify([any, 'large']).replace(/"large"\]$/, `${2n ** 60n}]`));
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('reads and writes whatever depth the API server takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50_000 }), fc.constantFrom('1', '9007199254740993', '"a"'), (depth, end) => {
      const text = `${'{"a":['.repeat(depth)}${end}${']}'.repeat(depth)}`;
      expect(toJson(parseJson(text))).toBe(text);
    }),
    {
      seed: 1,
      numRuns: 20,
      examples: [
        [6_000, '1'],
        [50_000, '9007199254740993'],
      ],
    },
  );
});

it('says of what is inside itself that no JSON is of it', () => {
  const inside: Record<string, unknown> = { large: 2n ** 60n };
  inside.again = [inside];
  expect(() => toJson(inside)).toThrow(TypeError);
  expect(toJson([1n, [inside.large, inside.large]])).toBe(`[1,[${2n ** 60n},${2n ** 60n}]]`);
});

it('gives back any integers, strings and keys', () => {
  const string = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u0000', '\u0000\u00001', '\u00009007199254740993'),
    // What looks like a value, in texts that end in odd ways.
    fc.constantFrom(': 9007199254740993', '{"a": 9007199254740993, "b":[-9007199254740993]}\\', '\\"', '\\\\', '"'),
  );
  const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const entries = fc.array(fc.tuple(string, fc.oneof(integer, string)));
  fc.assert(
    fc.property(entries, (all) => {
      const text = `{"list":[${all.map(([name, value]) => `{${JSON.stringify(name)}:${toJson(value)}}`)}]}`;
      const exact = (value: bigint | string) =>
        typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
      expect(parseJson(text)).toEqual({
        list: all.map(([name, value]) => Object.fromEntries([[name, exact(value)]])),
      });
      expect(toJson(parseJson(text))).toBe(text);
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('says of what is no JSON that it is none', () => {
  expect(() => parseJson('{"a":1234567890123456789')).toThrow(SyntaxError);
  expect(() => parseJson('<html>')).toThrow(SyntaxError);
});

it('reads a text of any length', () => {
  const long = 'x: 9007199254740993,'.repeat(1_000_000);
  expect(parseJson(JSON.stringify({ long })) as object).toEqual({ long });
  expect(parseJson(`{"long":${JSON.stringify(long)},"a":9007199254740993}`)).toEqual({ long, a: 9007199254740993n });
});
