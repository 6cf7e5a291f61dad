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

const Web = resource({ group: 'types.test', version: 'v1', kind: 'Web', spec: Type.Object({ size: Type.Integer() }) });
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
