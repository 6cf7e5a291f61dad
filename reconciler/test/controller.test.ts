import { Type } from '@sinclair/typebox';
import { Deployment as DeploymentConstruct, k8s, ServiceType } from 'cdk8s-plus-28';
import {
  controller,
  type KubernetesObject,
  kind,
  type ObjectOf,
  reading,
  resource,
  type Stored,
} from 'cdk8s-reconciler';
import { containerResources, onChart } from 'cdk8s-reconciler/chart';
import { ConfigMap, Deployment, Pod, Service } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { describe, expect, expectTypeOf, it } from 'vitest';

const WebServer = resource({
  group: 'my.domain',
  version: 'v1',
  kind: 'WebServer',
  spec: Type.Object({ replicas: Type.Integer({ minimum: 0, default: 1 }), image: Type.String() }),
  status: Type.Object({ readyReplicas: Type.Optional(Type.Integer()) }),
});
type WebServer = ObjectOf<typeof WebServer>;

const example: WebServer = {
  apiVersion: 'my.domain/v1',
  kind: 'WebServer',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 2, image: 'nginx' },
};

describe('controller', () => {
  it('infers what every function sees from the schema and from owns', () => {
    const declared = controller(WebServer, {
      owns: { deployments: Deployment, services: Service },
      reads: { pods: reading(Pod, (pod, server) => pod.metadata.labels?.app === server.spec.image) },
      render: (server) => {
        expectTypeOf(server.spec.replicas).toEqualTypeOf<number>();
        return [];
      },
      observe: async (_server, { pods }) => ({ addresses: pods.map((pod) => pod.status?.podIP) }),
      status: (_server, { deployments, services }, { addresses }) => {
        expectTypeOf(addresses).toEqualTypeOf<(string | undefined)[]>();
        expectTypeOf(services[0]?.spec?.clusterIP).toEqualTypeOf<string | undefined>();
        return { readyReplicas: deployments[0]?.status?.readyReplicas };
      },
      plan: (server) => (server.spec.replicas > 9 ? { type: 'Shrink' as const, to: 9 } : undefined),
      act: async (action) => {
        expectTypeOf(action.to).toEqualTypeOf<number>();
      },
    });
    expectTypeOf(declared.render).parameter(0).toEqualTypeOf<WebServer>();
    expect(declared.name).toBe('webserver');
  });

  it('infers what a decision may say from the schema, and what act gets from its steps', () => {
    const declared = controller(WebServer, {
      owns: { deployments: Deployment },
      reads: { pods: reading(Pod, 'server') },
      observe: async (_server, { pods }) => pods.length,
      decide: (server, { deployments: [live] }, count) => {
        expectTypeOf(server.spec.replicas).toEqualTypeOf<number>();
        expectTypeOf(count).toEqualTypeOf<number>();
        const deployment = manifest(Deployment, 'web', {});
        const grow = { type: 'Grow', to: count + 1, inChildren: true } as const;
        return {
          children: [deployment],
          gates: [{ child: deployment, reason: 'waits' }],
          status: () => ({ readyReplicas: live?.status?.readyReplicas }),
          step: count > 3 ? ({ type: 'Ban', who: 'web-9' } as const) : count < 3 ? grow : undefined,
        };
      },
      act: async (step) => {
        expectTypeOf(step.type).toEqualTypeOf<'Ban'>();
        expectTypeOf(step.who).toEqualTypeOf<'web-9'>();
      },
    });
    expectTypeOf<NonNullable<ReturnType<typeof declared.decide>['step']>['type']>().toEqualTypeOf<'Ban' | 'Grow'>();
    expect(declared.render(example, { pods: [] }, 2)).toMatchObject([{ kind: 'Deployment' }]);
  });

  it('refuses a status field in a decision that the schema does not have', () => {
    controller(WebServer, {
      owns: {},
      // @ts-expect-error readyReplicas is an integer
      decide: () => ({ children: [], status: () => ({ readyReplicas: 'many' }) }),
    });
  });

  it('renders with what was read, which is nothing unless given', () => {
    const declared = controller(WebServer, {
      owns: { maps: ConfigMap },
      reads: { pods: reading(Pod, 'server') },
      render: (_server, { pods }) => pods.map(({ metadata: { name } }) => manifest(ConfigMap, name, {})),
    });
    const pods = [{ metadata: { name: 'web-1' } }] as Stored<Pod>[];
    expect([declared.render(example), declared.render(example, { pods })]).toMatchObject([[], [{ kind: 'ConfigMap' }]]);
  });

  it('reads by a label that has the name of the resource', () => {
    const pods = reading(Pod, 'server');
    const labelled = (server: string) => ({ metadata: { labels: { server } } }) as unknown as Stored<Pod>;
    expect(pods.labelSelector).toBe('server');
    expect([pods.matches(labelled('web'), example), pods.matches(labelled('other'), example)]).toEqual([true, false]);
  });

  it('refuses a status field that the schema does not have', () => {
    controller(WebServer, {
      owns: {},
      render: () => [],
      // @ts-expect-error readyReplicas is an integer
      status: () => ({ readyReplicas: 'many' }),
    });
  });

  it('refuses a misspelt kind of child', () => {
    controller(WebServer, {
      owns: { deployments: Deployment },
      render: () => [],
      // @ts-expect-error it is called deployments
      status: (_server, { deployment }) => ({ readyReplicas: deployment.length }),
    });
  });
});

describe('onChart', () => {
  it('renders constructs in the namespace of the object, with names that stay', () => {
    const declared = controller(WebServer, {
      owns: { services: Service },
      render: onChart((chart, server) => {
        new k8s.KubeService(chart, 'service', { spec: { selector: { app: server.metadata.name } } });
      }),
    });
    const [service] = declared.render(example) as KubernetesObject[];
    expect(service?.metadata).toMatchObject({ name: 'web-service', namespace: 'shop' });
    expect(declared.render(example)).toEqual([service]);
  });

  it('shows constructs what is in reads, and renders the plain objects that they return with it', () => {
    const declared = controller(WebServer, {
      owns: { services: Service, configMaps: ConfigMap },
      reads: { pods: reading(Pod, 'app') },
      render: onChart((chart, server, { pods }) => {
        new k8s.KubeService(chart, 'service', { spec: { selector: { app: server.metadata.name } } });
        return pods.map(({ metadata }) => manifest(ConfigMap, metadata.name, {}));
      }),
    });
    const pods = [{ metadata: { name: 'web-0' } }] as Stored<Pod>[];
    expect(declared.render(example).map(({ kind }) => kind)).toEqual(['Service']);
    const objects = declared.render(example, { pods });
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`)).toEqual([
      'Service web-service',
      'ConfigMap web-0',
    ]);
  });

  it('gives constructs of cdk8s-plus the resources that a spec has', () => {
    const resources = { requests: { cpu: '0.5', memory: '1G' }, limits: { memory: '2Gi' } };
    const [deployment] = onChart((chart) => {
      const web = new DeploymentConstruct(chart, 'web');
      web.addContainer({ image: 'nginx', resources: containerResources(resources) });
    })(example, {}) as Deployment[];
    expect(deployment?.spec?.template.spec?.containers[0]?.resources).toEqual({
      requests: { cpu: '0.5', memory: '954Mi' },
      limits: { memory: '2048Mi' },
    });
  });

  it('takes the constructs of cdk8s-plus, which choose names by themselves', () => {
    const declared = controller(WebServer, {
      owns: { deployments: Deployment, services: Service },
      render: onChart((chart, server) => {
        const web = new DeploymentConstruct(chart, 'web', { replicas: server.spec.replicas });
        web.addContainer({ image: server.spec.image, portNumber: 80 });
        web.exposeViaService({ serviceType: ServiceType.NODE_PORT });
      }),
    });
    const objects = declared.render(example) as KubernetesObject[];
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata?.namespace}/${metadata?.name}`).sort()).toEqual([
      'Deployment shop/web',
      'Service shop/web-service',
    ]);
    expect(declared.render(example)).toEqual(objects);
  });
});

describe('controller', () => {
  const render = () => [];

  it('refuses a name that is in owns and in reads', () => {
    const reads = { services: reading(Service, 'app') };
    const declare = () => controller(WebServer, { owns: { services: Service }, reads, render });
    expect(declare).toThrow('controller of WebServer: services is in owns and in reads');
  });

  it('refuses one kind in two versions, of which each would remove what is rendered of the other', () => {
    const owns = { before: kind('apps/v1beta1', 'Deployment'), now: Deployment };
    expect(() => controller(WebServer, { owns, render })).toThrow('owns has Deployment in v1beta1 and in v1: keep one');
    expect(() => controller(WebServer, { owns: { a: Deployment, b: Deployment }, render })).not.toThrow();
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d workers', (workers) => {
    expect(() => controller(WebServer, { owns: {}, render, workers })).toThrow(`workers is ${workers}: `);
  });
});
