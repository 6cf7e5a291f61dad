import { type TProperties, Type } from '@sinclair/typebox';
import { resource } from 'cdk8s-reconciler';
import { immutable } from 'cdk8s-reconciler/schema';
import { expect, it } from 'vitest';

const fixed = () => Type.String(immutable('it stays'));

function rulesOf(properties: TProperties): (string | undefined)[] {
  const { definition } = resource({ group: 'g.io', version: 'v1', kind: 'Lasting', spec: Type.Object(properties) });
  const spec = definition.spec.versions[0]!.schema!.openAPIV3Schema!.properties!.spec as object;
  const { 'x-kubernetes-validations': rules = [] } = spec as { 'x-kubernetes-validations'?: { rule: string }[] };
  return rules.map(({ rule }) => rule);
}

it.each<[string, TProperties, string[]]>([
  ['a required field', { a: fixed() }, []],
  ['one with a default', { a: Type.String({ ...immutable('it stays'), default: 'x' }) }, []],
  ['an optional field', { a: Type.Optional(fixed()) }, ['!(has(oldSelf.a)) || (has(self.a))']],
  [
    'a field of an optional object',
    { a: Type.Optional(Type.Object({ b: fixed() })) },
    ['!(has(oldSelf.a) && has(oldSelf.a.b)) || (has(self.a) && has(self.a.b))'],
  ],
  [
    'one that may be null',
    { a: Type.Union([fixed(), Type.Null()], immutable('it stays')) },
    ['!(has(oldSelf.a)) || (has(self.a))'],
  ],
  [
    'names that CEL escapes',
    { 'a-b': Type.Optional(fixed()), namespace: Type.Optional(fixed()) },
    [
      '!(has(oldSelf.a__dash__b)) || (has(self.a__dash__b))',
      '!(has(oldSelf.__namespace__)) || (has(self.__namespace__))',
    ],
  ],
])('what cannot change cannot be taken away: %s', (_, properties, rules) => {
  expect(rulesOf(properties)).toEqual(rules);
});
