import { Type } from '@sinclair/typebox';
import { type ObjectOf, resource } from 'cdk8s-reconciler';
import { immutable, oneOf } from 'cdk8s-reconciler/schema';
import { describe, expect, expectTypeOf, it } from 'vitest';

const WebServer = resource({
  group: 'my.domain',
  version: 'v1',
  kind: 'WebServer',
  spec: Type.Object({
    replicas: Type.Integer({ minimum: 0, default: 1 }),
    image: Type.String(),
    mode: Type.Optional(Type.Union([Type.Literal('fast'), Type.Literal('slow')])),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  status: Type.Object({ readyReplicas: Type.Optional(Type.Integer()) }),
  columns: { Replicas: '.spec.replicas', Ready: { path: '.status.readyReplicas', priority: 1 } },
});

const version = WebServer.definition.spec.versions[0]!;
const schema = version.schema!.openAPIV3Schema!;

describe('resource', () => {
  it('names the definition by its plural and group', () => {
    expect(WebServer.definition.metadata?.name).toBe('webservers.my.domain');
    expect(WebServer.apiVersion).toBe('my.domain/v1');
  });

  it('infers the type of an object from the schema', () => {
    type Spec = ObjectOf<typeof WebServer>['spec'];
    expectTypeOf<Spec['replicas']>().toEqualTypeOf<number>();
    expectTypeOf<Spec['mode']>().toEqualTypeOf<'fast' | 'slow' | undefined>();
  });

  it('does not require a property that has a default', () => {
    expect(schema.properties?.spec?.required).toEqual(['image']);
  });

  it('writes a union of literals as an enum and a record as additionalProperties', () => {
    const { mode, labels } = schema.properties!.spec!.properties!;
    expect(mode).toEqual({ type: 'string', enum: ['fast', 'slow'] });
    expect(labels).toEqual({ type: 'object', additionalProperties: { type: 'string' } });
  });

  it('writes what is one of some texts as an enum, and a rule for what cannot change', () => {
    const spec = Type.Object({ type: oneOf(['a', 'b'], { default: 'a', ...immutable('type: cannot change') }) });
    const Typed = resource({ group: 'g.io', version: 'v1', kind: 'Typed', spec });
    expectTypeOf<ObjectOf<typeof Typed>['spec']['type']>().toEqualTypeOf<'a' | 'b'>();
    const { type } = Typed.definition.spec.versions[0]!.schema!.openAPIV3Schema!.properties!.spec!.properties!;
    expect(type).toEqual({
      type: 'string',
      enum: ['a', 'b'],
      default: 'a',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'type: cannot change' }],
    });
  });

  it('takes the type of a column from the schema', () => {
    expect(version.additionalPrinterColumns).toEqual([
      { name: 'Replicas', jsonPath: '.spec.replicas', type: 'integer' },
      { name: 'Ready', jsonPath: '.status.readyReplicas', type: 'integer', priority: 1 },
    ]);
  });

  it('gives every status conditions by type and an observed generation that starts at -1', () => {
    const { status } = schema.properties!;
    expect(status?.default).toEqual({ observedGeneration: -1 });
    expect(status?.properties?.conditions).toMatchObject({ 'x-kubernetes-list-map-keys': ['type'] });
  });

  it('refuses what a structural schema has no words for, naming its path', () => {
    const spec = Type.Object({ ports: Type.Array(Type.Union([Type.String(), Type.Boolean()])) });
    expect(() => resource({ group: 'g.io', version: 'v1', kind: 'Bad', spec })).toThrow(
      /^\.spec\.ports\[\]: the parts of a union .* differ in type/,
    );
  });
});
