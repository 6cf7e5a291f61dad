import { expect, it } from 'vitest';
import { generate, missingKeys, unusableKeys } from '../../../lib/operate/credentials/secret.js';
import { identityOf, secretValue } from '../../../lib/operate/secret-value.js';

const keys = ['token', 'identityKey', 'identityValue', 'administratorPassword'];
const secret = (values: Record<string, string>) => ({
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

it('makes every key that is missing, and no other', () => {
  expect(missingKeys({})).toEqual(keys);
  expect(Object.keys(generate(missingKeys(secret({ token: 't', identityKey: 'k' }))))).toEqual(keys.slice(2));
});

it('takes an empty value for a missing one', () => {
  expect(missingKeys(secret({ token: '', identityKey: 'k', identityValue: 'v', administratorPassword: 'p' }))).toEqual([
    'token',
  ]);
});

it('makes a token of 32 bytes that Nacos can decode, and other values of as many', () => {
  const made = { data: generate(keys) };
  expect(Buffer.from(secretValue(made, 'token') ?? '', 'base64')).toHaveLength(32);
  expect(secretValue(made, 'identityValue')).toMatch(/^[0-9a-f]{64}$/);
  expect(secretValue(made, 'administratorPassword')).toMatch(/^[\w-]{43}$/);
  expect(unusableKeys(made)).toEqual([]);
});

it('makes other values each time', () => {
  const [one, other] = [generate(keys), generate(keys)];
  for (const key of keys) expect(one[key]).not.toBe(other[key]);
});

it('knows what a server could not use', () => {
  const bad = secret({ token: 'c2hvcnQ=', identityKey: 'my key', identityValue: 'value\n' });
  expect(unusableKeys(bad)).toEqual([
    'token is not base64 of at least 32 bytes',
    'identityKey is more than printable ASCII without spaces; is there a line break at its end?',
    'identityValue is more than printable ASCII without spaces; is there a line break at its end?',
  ]);
});

it('has an identity only where key and value are there', () => {
  expect(identityOf(secret({ identityKey: 'k', identityValue: 'v' }))).toEqual({ key: 'k', value: 'v' });
  expect(identityOf(secret({ identityKey: 'k' }))).toBeUndefined();
});
