import { Type } from '@sinclair/typebox';
import { resource } from 'cdk8s-reconciler';
import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import { describe, expect, it } from 'vitest';
import { lackedBy } from '../../src/cache/definition.js';

const spec = {
  size: Type.Integer({ default: 1 }),
  paused: Type.Optional(Type.Boolean()),
  labels: Type.Optional(Type.Record(Type.String(), Type.Object({ a: Type.String() }))),
  rows: Type.Optional(Type.Array(Type.Object({ text: Type.String(), color: Type.Optional(Type.String()) }))),
  free: Type.Optional(Type.Object({}, { 'x-kubernetes-preserve-unknown-fields': true })),
};
const declare = (properties: object, version = 'v1') =>
  resource({
    ...{ group: 'lacking.test', version, kind: 'Widget' },
    spec: Type.Object(properties as typeof spec),
    status: Type.Object({ size: Type.Optional(Type.Integer()) }),
  });
const Widget = declare(spec);
const without = (...names: string[]) =>
  declare(Object.fromEntries(Object.entries(spec).filter(([name]) => !names.includes(name)))).definition;
/** The declared definition with one change. */
const changed = (change: (definition: CustomResourceDefinition) => void) => {
  const copy = structuredClone(Widget.definition);
  change(copy);
  return copy;
};
const specOf = ({ spec }: CustomResourceDefinition) => spec.versions[0]!.schema!.openAPIV3Schema!.properties!.spec!;

describe('a definition', () => {
  it.each([
    ['the declared one', Widget.definition, []],
    ['one of a later release, with more', declare({ ...spec, more: Type.Optional(Type.String()) }).definition, []],
    ['one without a field', without('paused', 'rows'), ['.spec.paused', '.spec.rows']],
    [
      'one without a field of items',
      declare({ ...spec, rows: Type.Optional(Type.Array(Type.Object({ text: Type.String() }))) }).definition,
      ['.spec.rows[].color'],
    ],
    [
      'one without a field of a map',
      declare({ ...spec, labels: Type.Optional(Type.Record(Type.String(), Type.Object({}))) }).definition,
      ['.spec.labels.*.a'],
    ],
    [
      'one with fields where unknown ones are to stay',
      declare({ ...spec, free: Type.Optional(Type.Object({})) }).definition,
      ['.spec.free (its unknown fields)'],
    ],
    [
      'one without a default',
      changed((crd) => delete specOf(crd).properties!.size!.default),
      ['.spec.size (its default)'],
    ],
    ['one with another default', changed((crd) => (specOf(crd).properties!.size!.default = 2)), []],
    [
      'one without statuses',
      changed((crd) => delete crd.spec.versions[0]!.subresources!.status),
      ['the subresource status'],
    ],
    [
      'one that keeps unknown fields',
      changed((crd) => Object.assign(specOf(crd), { properties: {}, 'x-kubernetes-preserve-unknown-fields': true })),
      [],
    ],
    ['one that prunes nothing', changed((crd) => Object.assign(crd.spec, { preserveUnknownFields: true })), []],
  ])('%s lacks %s', (_, live, lacks) => {
    expect(lackedBy(live, Widget)).toEqual(lacks);
  });

  it('lacks what its stored version lacks, where no webhook converts', () => {
    const [stored, served] = [without('paused').spec.versions[0]!, Widget.definition.spec.versions[0]!];
    const versions = [
      { ...served, storage: false },
      { ...stored, name: 'v2' },
    ];
    const both = changed((crd) => Object.assign(crd.spec, { versions }));
    expect(lackedBy(both, Widget)).toEqual(['.spec.paused']);
    const converted = changed((crd) => Object.assign(crd.spec, { versions, conversion: { strategy: 'Webhook' } }));
    expect(lackedBy(converted, Widget)).toEqual([]);
  });

  it('is not judged by a version that is not served', () => {
    expect(lackedBy(declare({}, 'v0').definition, Widget)).toEqual([]);
  });
});
