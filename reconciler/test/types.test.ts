import { Type } from '@sinclair/typebox';
import { controller, kind, reading, resource } from 'cdk8s-reconciler';
import { onChart } from 'cdk8s-reconciler/chart';
import { ConfigMap, Deployment, Pod, Service } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { it } from 'vitest';

/*
 * What must not compile, and what must: `npm run check` is the judge, each line of `@ts-expect-error` one that it
 * refuses.
 */

const Web = resource({
  group: 'types.test',
  version: 'v1',
  kind: 'Web',
  spec: Type.Object({ size: Type.Integer() }),
  status: Type.Object({
    ready: Type.Optional(Type.Integer()),
    phase: Type.Optional(Type.Union([Type.Literal('Up'), Type.Literal('Down')])),
    addresses: Type.Optional(Type.Array(Type.Object({ ip: Type.String() }))),
  }),
});
const owns = { services: Service, maps: ConfigMap };
const metadata = { name: 'web' };
const deployment = manifest(Deployment, 'web', {});

it('a child is of a kind in owns', () => {
  controller(Web, { owns, render: () => [manifest(Service, 'web', {}), manifest(ConfigMap, 'web', {})] });
  controller(Web, { owns, render: ({ spec }) => (spec.size > 1 ? [manifest(Service, 'web', {})] : []) });
  // @ts-expect-error Deployment is not in owns
  controller(Web, { owns, render: () => [deployment] });
  // @ts-expect-error the same of a decision
  controller(Web, { owns, decide: () => ({ children: [deployment] }) });
  // @ts-expect-error the same beside constructs
  controller(Web, { owns, render: onChart(() => [deployment]) });
});

const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata } as const;
const service = { apiVersion: 'v1', kind: 'Service', metadata } as const;

it('a literal child is of a kind in owns, and has its fields', () => {
  controller(Web, {
    owns,
    render: ({ spec }) => [
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: spec.size }] } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } },
      manifest(Service, 'web', {}),
    ],
  });
  controller(Web, { owns, render: ({ spec }) => (spec.size > 1 ? [map] : [service, map]) });
  controller(Web, { owns, render: ({ spec }) => [service, ...(spec.size > 1 ? [map] : [])] });
  controller(Web, { owns, render: () => ['a', 'b'].map((name) => ({ ...map, metadata: { name }, data: {} })) });
  controller(Web, { owns, decide: () => ({ children: [{ ...service, spec: { selector: {} } }] }) });
  controller(Web, { owns, render: onChart(() => [{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} }]) });
  controller(Web, { owns: { webs: Web }, render: () => [{ ...web, spec: { size: 1 } }] });
  controller(Web, { owns: { any: kind('any.test/v1', 'Any') }, render: () => [{ ...any, whatever: { size: 1 } }] });
  // @ts-expect-error not in owns
  controller(Web, { owns, render: () => [{ apiVersion: 'v1', kind: 'Secret', metadata }] });
  // @ts-expect-error of another version
  controller(Web, { owns, render: () => [{ apiVersion: 'v2', kind: 'ConfigMap', metadata }] });
  // @ts-expect-error without a version
  controller(Web, { owns, render: () => [{ kind: 'ConfigMap', metadata }] });
  // @ts-expect-error without a kind
  controller(Web, { owns: { maps: ConfigMap }, render: () => [{ apiVersion: 'v1', metadata }] });
});
const web = { apiVersion: 'types.test/v1', kind: 'Web', metadata } as const;
const any = { apiVersion: 'any.test/v1', kind: 'Any', metadata } as const;

it('a wrong field of a literal child does not compile, whatever is beside it', () => {
  const one = { maps: ConfigMap };
  // @ts-expect-error beside nothing
  controller(Web, { owns, render: () => [{ ...service, spec: { portz: [] } }] });
  // @ts-expect-error beside a right one
  controller(Web, { owns, render: () => [{ ...map, data: {}, dta: {} }] });
  // @ts-expect-error of the only kind
  controller(Web, { owns: one, render: () => [{ ...map, data: {}, dta: {} }] });
  // @ts-expect-error where the object is seen
  controller(Web, { owns, render: ({ spec }) => [{ ...map, data: {}, dta: { a: String(spec.size) } }] });
  // @ts-expect-error of another kind
  controller(Web, { owns, render: () => [{ ...map, spec: { ports: [] } }] });
  // @ts-expect-error in the metadata
  controller(Web, { owns, render: () => [{ ...map, metadata: { name: 'web', lables: {} } }] });
  // @ts-expect-error deep inside
  controller(Web, { owns, render: () => [{ ...service, spec: { ports: [{ port: 80, targetPrt: 80 }] } }] });
  // @ts-expect-error in one of several items
  controller(Web, { owns, render: () => [{ ...service, spec: { ports: [{ port: 80 }, { port: 81, nam: 'a' }] } }] });
  // @ts-expect-error behind a child without it
  controller(Web, { owns, render: () => [map, { ...map, data: {}, dta: {} }] });
  // @ts-expect-error behind one with its type
  controller(Web, { owns, render: () => [manifest(ConfigMap, 'web', {}), { ...map, data: {}, dta: {} }] });
  // @ts-expect-error where there is another result
  controller(Web, { owns, render: ({ spec }) => (spec.size > 1 ? [service] : [{ ...map, dta: {} }]) });
  // @ts-expect-error of a child that may be there
  controller(Web, { owns, render: ({ spec }) => [service, ...(spec.size > 1 ? [{ ...map, dta: {} }] : [])] });
  // @ts-expect-error of a field that may be there
  controller(Web, { owns, render: ({ spec }) => [{ ...map, ...(spec.size > 1 && { dta: {} }) }] });
  // @ts-expect-error of children from a list
  controller(Web, { owns, render: () => ['a', 'b'].map((name) => ({ ...map, metadata: { name }, dta: {} })) });
  // @ts-expect-error of a decision
  controller(Web, { owns, decide: () => ({ children: [{ ...map, data: {}, dta: {} }] }) });
  // @ts-expect-error beside constructs
  controller(Web, { owns, render: onChart(() => [{ ...map, data: {}, dta: {} }]) });
  // @ts-expect-error of a value of another type
  controller(Web, { owns, render: () => [{ ...map, data: { a: 1 } }] });
});

it('what matches sees of the owner is its spec', () => {
  const render = () => [];
  controller(Web, { owns, reads: { pods: reading(Pod, (_, web) => web.spec.size > 1) }, render });
  // @ts-expect-error no such field
  controller(Web, { owns, reads: { pods: reading(Pod, (_, web) => web.spec.length > 1) }, render });
});

it('a status has the fields of its schema, and a wrong one is an error at that field', () => {
  const common = { owns, render: () => [] };
  const conditions = [{ type: 'Up', status: 'True', reason: 'Up', message: '' }] as const;
  controller(Web, { ...common, status: ({ spec }) => ({ ready: spec.size, phase: 'Up' as const, conditions }) });
  controller(Web, { ...common, status: (_, { maps }) => ({ addresses: maps.map(() => ({ ip: '::1' })) }) });
  controller(Web, { ...common, status: ({ spec }) => (spec.size > 1 ? { ready: 1 } : {}) });
  controller(Web, {
    ...common,
    status: ({ spec }) => ({
      ready: spec.size,
      // @ts-expect-error no such field
      reddy: spec.size,
    }),
  });
  controller(Web, {
    ...common,
    status: () => ({
      // @ts-expect-error of another type
      ready: 'yes',
    }),
  });
  controller(Web, {
    ...common,
    status: (_, { maps }) => ({
      addresses: maps.map(({ metadata }) => ({ ip: metadata.name })),
      // @ts-expect-error none of the values that it has
      phase: 'Upp' as const,
    }),
  });
  controller(Web, {
    ...common,
    status: () => ({
      addresses: [
        {
          ip: '::1',
          // @ts-expect-error no such field in an item
          port: 80,
        },
      ],
    }),
  });
  // @ts-expect-error no such field in a decision
  controller(Web, { owns, decide: () => ({ children: [], status: () => ({ ready: 1, reddy: 1 }) }) });
});
