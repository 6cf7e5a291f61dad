import { Type } from '@sinclair/typebox';
import { controller, reading, resource } from 'cdk8s-reconciler';
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

it('a literal child is of a kind in owns, and has its fields', () => {
  controller(Web, {
    owns,
    render: () => [
      { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } },
      { kind: 'ConfigMap', metadata, data: { a: 'b' } },
    ],
  });
  controller(Web, { owns, decide: () => ({ children: [{ kind: 'Service', metadata, spec: { selector: {} } }] }) });
  // @ts-expect-error no such field
  controller(Web, { owns, render: () => [{ kind: 'Service', metadata, spec: { portz: [] } }] });
  // @ts-expect-error no such field, where the object is seen
  controller(Web, { owns, render: ({ spec }) => [{ kind: 'Service', metadata, spec: { portz: [spec.size] } }] });
  // @ts-expect-error no such field in a decision
  controller(Web, { owns, decide: () => ({ children: [{ kind: 'Service', metadata, spec: { portz: [] } }] }) });
  // @ts-expect-error not in owns
  controller(Web, { owns, render: () => [{ kind: 'Secret', metadata }] });
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
