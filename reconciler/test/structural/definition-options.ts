import { type TObject, Type } from '@sinclair/typebox';
import type { ResourceOptions } from '../../src/resource-options.js';

export type Options = ResourceOptions<TObject, TObject>;

const spec = Type.Object({
  text: Type.Optional(Type.String()),
  size: Type.Optional(Type.Integer()),
  free: Type.Optional(Type.Object({}, { additionalProperties: true })),
});
const status = Type.Object({ size: Type.Optional(Type.Integer()), selector: Type.Optional(Type.String()) });
const base: Options = { group: 'options.test', version: 'v1', kind: 'Thing', spec, status };
const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' };
const withDefault = (format: string, value: string): Options => ({
  ...base,
  spec: Type.Object({ x: Type.String({ format, default: value }) }),
});

/** What both `resource` and the API server refuse, and what ours says. */
export const refused: readonly (readonly [options: Options, message: string])[] = [
  ...['options', 'Options.test', '', 'a_b.test', '.test', 'a..test'].map(
    (group) => [{ ...base, group }, `group: "${group}" is no domain`] as const,
  ),
  [{ ...base, group: 'x.k8s.io' }, 'group: x.k8s.io is kept for Kubernetes'],
  ...['1', 'V1', 'v1.0', ''].map((version) => [{ ...base, version }, `version: "${version}" has to start`] as const),
  ...[['v1'], ['v0', 'v0']].map((formerVersions) => [{ ...base, formerVersions }, 'formerVersions: has '] as const),
  [{ ...base, formerVersions: ['V0'] }, 'formerVersions: "V0" has to start'],
  ...['2Thing', 'My_Thing', 'My Thing', '', 'T'.repeat(64), 'T'.repeat(60)].map(
    (kind) => [{ ...base, kind, singular: 'thing', plural: 'things' }, 'kind: '] as const,
  ),
  ...['Things', '', 'a/b'].map((plural) => [{ ...base, plural }, 'plural: '] as const),
  [{ ...base, singular: 'Thing', plural: 'things' }, 'singular: '],
  ...['TH', '', '1'].map((name) => [{ ...base, shortNames: [name] }, 'shortNames: '] as const),
  ...['All', 'a b'].map((name) => [{ ...base, categories: [name] }, 'categories: '] as const),
  [{ ...base, columns: { A: 'spec.text' } }, 'columns.A: spec.text has to start with a dot'],
  [{ ...base, columns: { A: '{.spec.text}' } }, 'columns.A: '],
  [{ ...base, columns: { '': '.spec.text' } }, 'columns: has a column without a title'],
  [{ ...base, scale: { ...scale, specReplicasPath: 'spec.size' } }, 'scale.specReplicasPath: '],
  [{ ...base, scale: { ...scale, specReplicasPath: '.status.size' } }, 'scale.specReplicasPath: '],
  [{ ...base, scale: { ...scale, statusReplicasPath: '.spec.size' } }, 'scale.statusReplicasPath: '],
  [{ ...base, scale: { ...scale, labelSelectorPath: '.metadata.name' } }, 'scale.labelSelectorPath: '],
  [{ ...base, rules: [{ rule: '', message: 'no' }] }, 'a rule of x-kubernetes-validations is empty'],
  [{ ...base, rules: [{ rule: 'true', message: 'a\nb' }] }, 'has a message of several lines'],
  [{ ...base, rules: [{ rule: 'true', message: 'no', reason: 'Nonsense' }] }, 'has the reason Nonsense'],
  [{ ...base, rules: [{ rule: 'true', message: 'no', fieldPath: 'spec.text' }] }, 'has the fieldPath spec.text'],
  [{ ...base, status: Type.Object({ count: Type.Integer() }) }, '.status.count: is required'],
  [{ ...base, status: Type.Object({ o: Type.Object({ x: Type.Integer() }) }) }, '.status.o: is required'],
  [
    { ...base, status: Type.Object({ observedGeneration: Type.Optional(Type.String()) }) },
    '.status.observedGeneration: ',
  ],
  ...[
    ['ipv4', 'x'],
    ['ipv6', '10.0.0.1'],
    ['cidr', '300.0.0.0/8'],
    ['mac', 'x'],
    ['uuid', 'x'],
    ['date', 'tomorrow'],
    ['date-time', '2026-01-01'],
    ['datetime', 'x'],
    ['duration', 'lightyears'],
    ['byte', '%%'],
    ['email', 'nobody'],
    ['hostname', '-_'],
    ['k8s-short-name', 'ABC'],
    ['k8s-long-name', 'A.b'],
  ].map(([format, value]) => [withDefault(format!, value!), `.spec.x: its default is no ${format}`] as const),
];

/** What the API server takes although it can never work. */
export const useless: readonly (readonly [options: Options, message: string])[] = [
  [{ ...base, group: `${'a'.repeat(63)}.${'b'.repeat(63)}.test` }, 'group: with the kind it has more than 127 letters'],
  [{ ...base, columns: { A: '.spec.nope' } }, 'columns.A: there is no .spec.nope'],
  [{ ...base, scale: { ...scale, specReplicasPath: '.spec.nope' } }, 'there is no .spec.nope in the schema'],
  [{ ...base, scale: { ...scale, specReplicasPath: '.spec.text' } }, '.spec.text has to be of type integer'],
  [{ ...base, status: Type.Object({ conditions: Type.Optional(Type.String()) }) }, '.status.conditions: '],
];

/** What both take. */
export const taken: readonly Options[] = [
  base,
  { ...base, scale: { ...scale, labelSelectorPath: '.status.selector' } },
  { ...base, columns: { Age: { path: '.metadata.creationTimestamp', type: 'date' }, Free: '.spec.free.anything' } },
  { ...base, columns: { Ready: '.status.conditions[?(@.type=="Ready")].status', Size: '.spec.size' } },
  { ...base, kind: 'T'.repeat(59), shortNames: ['th'], categories: ['all'] },
  { ...base, rules: [{ rule: "self.metadata.name != 'x'", message: 'no' }] },
  { ...base, status: Type.Object({ count: Type.Integer({ default: 0 }) }) },
  ...[
    ['ipv4', '10.0.0.1'],
    ['ipv6', 'fe80::1'],
    ['cidr', 'fe80::/64'],
    ['mac', '00:00:5e:00:53:01'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000'],
    ['date', '2026-01-01'],
    ['date-time', '2026-01-01T00:00:00Z'],
    ['duration', '5m30s'],
    ['duration', '3 days'],
    ['byte', 'YQ=='],
    ['email', 'a@b.test'],
    ['hostname', 'a.b.test'],
    ['uri', 'https://a.test/b'],
    ['k8s-short-name', 'abc'],
    ['k8s-long-name', 'a.b'],
  ].map(([format, value]) => withDefault(format!, value!)),
];
