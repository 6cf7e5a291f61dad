import { Type } from '@sinclair/typebox';
import { controller, type KubernetesObject, kind, type ObjectOf, reading, resource } from 'cdk8s-reconciler';
import { ConfigMap, Deployment, Pod, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { expose, manifest, workload } from 'cdk8s-reconciler/kit';
import { compare, plan } from 'cdk8s-reconciler/plan';
import { describe, expect, it } from 'vitest';

const Web = resource({
  group: 'plan.test',
  version: 'v1',
  kind: 'Web',
  spec: Type.Object({ replicas: Type.Integer(), image: Type.String(), page: Type.Optional(Type.String()) }),
  status: Type.Object({ size: Type.Optional(Type.Integer()), shown: Type.Optional(Type.String()) }),
});
type Web = ObjectOf<typeof Web>;
const object = (spec: Partial<Web['spec']> = {}): Web => ({
  apiVersion: 'plan.test/v1',
  kind: 'Web',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 1, image: 'nginx:1', ...spec },
});
const deployment = ({ spec }: Web) =>
  workload(Deployment, 'web', { containers: [{ name: 'web', image: spec.image }] }, { replicas: spec.replicas });

const small = controller(Web, {
  owns: { deployments: Deployment, services: Service, maps: ConfigMap },
  reads: { pods: reading(Pod, 'app') },
  render: (web) => {
    const page = web.spec.page === undefined ? [] : [manifest(ConfigMap, 'page', { data: { page: web.spec.page } })];
    return [...page, deployment(web), expose(deployment(web), { ports: [{ port: 80 }] })];
  },
});
const names = ({ children }: Awaited<ReturnType<typeof plan>>) =>
  children.map(({ change, kind, name, paths }) => [change, kind, name, ...paths].join(' '));

describe('a plan of a small controller', () => {
  it('of a new object lists what is created, and ends ready', async () => {
    const found = await plan(small, object());
    expect(names(found)).toEqual(['created Deployment web', 'created Service web']);
    expect(found).toMatchObject({ refusals: [], steps: [], restarts: [] });
    expect(found.missing).toBeUndefined();
  });

  it('lists the paths that change, what goes, and whose pods restart', async () => {
    const before = object({ page: 'hello' });
    const found = await plan(small, object({ image: 'nginx:2', replicas: 2 }), { before });
    expect(names(found)).toEqual([
      'removed ConfigMap page',
      'changed Deployment web spec.replicas spec.template.spec.containers[web].image',
    ]);
    expect(found.restarts).toEqual(['Deployment shop/web']);
  });

  it('of the same object is empty', async () => {
    expect(names(await plan(small, object(), { before: object() }))).toEqual([]);
  });

  it('says what the API server refuses, and what that stops', async () => {
    const admit = async ({ kind }: KubernetesObject) => (kind === 'Deployment' ? 'limit below request' : undefined);
    const found = await plan(small, object(), { admit });
    expect(found.refusals).toMatchObject([{ reason: 'Invalid', message: /limit below request; this stops Service/ }]);
    expect(names(found)).toEqual([]);
  });
});

describe('a plan that asks what the API server would make of a child', () => {
  const defaulted = async (child: KubernetesObject) => {
    const { spec } = child as { spec?: { template?: { spec?: object } } };
    if (child.kind !== 'Deployment') return child;
    return {
      ...child,
      spec: { ...spec, template: { ...spec?.template, spec: { restartPolicy: 'Always', ...spec?.template?.spec } } },
    };
  };
  const web = controller(Web, {
    owns: { deployments: Deployment },
    render: ({ spec: { page, image, replicas } }) => [
      workload(
        Deployment,
        'web',
        { containers: [{ name: 'web', image }], ...(page && { restartPolicy: page }) },
        { replicas },
      ),
    ],
  });

  it.each([
    ['restarts nothing for the default, which is said from now on', 'Always', []],
    ['restarts what gets another value', 'Never', ['Deployment shop/web']],
  ])('%s', async (_, page, restarts) => {
    const found = await plan(web, object({ page }), { before: object(), admit: defaulted });
    expect(names(found)).toEqual(['changed Deployment web spec.template.spec.restartPolicy']);
    expect(found.restarts).toEqual(restarts);
  });
});

describe('a plan sees in what is rendered', () => {
  const template = { metadata: { labels: { app: 'web' } } };
  const sets = (spec: object, container: object = {}) =>
    ({
      ...manifest(StatefulSet, 'web', {}),
      spec: {
        selector: { matchLabels: template.metadata.labels },
        template: {
          ...template,
          spec: { containers: [{ name: 'web', image: 'a', ...container }], ...(spec as { pod?: object }).pod },
        },
        ...spec,
        pod: undefined,
      },
    }) as never;
  const between = async (former: object, next: object) => {
    const turning = controller(Web, {
      owns: { sets: StatefulSet, maps: ConfigMap },
      render: ({ spec: { page } }) => [(page ? next : former) as never],
    });
    return plan(turning, object({ page: 'next' }), { before: object() });
  };
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', value: '$(A)' },
  ];

  it.each([
    ['no replicas at all', sets({}), sets({ replicas: 0 }), 'spec.replicas', false],
    [
      'a right that is taken away',
      sets({}),
      sets({}, { securityContext: { allowPrivilegeEscalation: false } }),
      'securityContext',
      true,
    ],
    ['a switch of the pod', sets({}), sets({ pod: { enableServiceLinks: false } }), 'enableServiceLinks', true],
    [
      'the same, given up',
      sets({ pod: { terminationGracePeriodSeconds: 0 } }),
      sets({}),
      'terminationGracePeriodSeconds',
      true,
    ],
    ['another order of variables', sets({}, { env }), sets({}, { env: env.toReversed() }), 'env', true],
    [
      'an empty text',
      manifest(ConfigMap, 'page', { data: { a: '1' } }),
      manifest(ConfigMap, 'page', { data: { a: '1', b: '' } }),
      'data.b',
      false,
    ],
    [
      'text that looks like a quantity',
      manifest(ConfigMap, 'page', { data: { min: '1000m' } }),
      manifest(ConfigMap, 'page', { data: { min: '1' } }),
      'data.min',
      false,
    ],
  ])('%s', async (_, former, next, path, restarts) => {
    const found = await between(former, next);
    expect(names(found).join()).toContain(path);
    expect(found.restarts.length > 0).toBe(restarts);
  });

  it('two kinds of one name as two objects', async () => {
    const Knative = kind('serving.knative.dev/v1', 'Service');
    const both = controller(Web, {
      owns: { services: Service, routes: Knative },
      render: () => [
        manifest(Service, 'web', { spec: { ports: [{ port: 80 }] } }),
        { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'web' } },
      ],
    });
    expect(names(await plan(both, object()))).toEqual(['created Service web', 'created Service web']);
  });
});

const notReady = (message: string) => ({ type: 'Ready', status: 'False', reason: 'Waiting', message }) as const;

/** Grows a cluster one member at a time, each admitted before the next is added. */
const large = controller(Web, {
  owns: { sets: StatefulSet },
  observe: async () => ({ admitted: 0 }),
  decide: (web, { sets: [live] }, { admitted }) => {
    const there = live?.spec?.replicas ?? 0;
    const grows = live && there < web.spec.replicas && admitted === there;
    const replicas = live ? there + (grows ? 1 : 0) : 1;
    const set = workload(StatefulSet, 'web', { containers: [{ name: 'web', image: web.spec.image }] }, { replicas });
    return {
      children: [set],
      status: () => ({
        size: replicas,
        conditions: admitted < web.spec.replicas ? [notReady(`${admitted} of ${web.spec.replicas} members`)] : [],
      }),
      step:
        admitted < there
          ? ({ type: 'Admit', message: `Admitting member ${admitted}`, member: admitted } as const)
          : grows
            ? ({ type: 'ScaleUp', message: `Scaling up to ${replicas}`, inChildren: true } as const)
            : undefined,
    };
  },
  act: async () => {},
});

describe('a plan of a controller that decides', () => {
  it('lists the steps in order until nothing changes any more', async () => {
    const effects = { Admit: ({ admitted }: { admitted: number }) => ({ admitted: admitted + 1 }) };
    const found = await plan(large, object({ replicas: 3 }), { observed: { admitted: 0 }, effects });
    expect(found.steps.map(({ message }) => message)).toEqual([
      'Admitting member 0',
      'Scaling up to 2',
      'Admitting member 1',
      'Scaling up to 3',
      'Admitting member 2',
    ]);
    expect(found.object).toMatchObject({ status: { size: 3 } });
    expect(found.missing).toBeUndefined();
  });

  it('ends where a step has no effect, and says what is missing', async () => {
    const effects = { Admit: (observed: { admitted: number }) => observed };
    const found = await plan(large, object({ replicas: 3 }), { observed: { admitted: 0 }, effects });
    expect(found.missing).toBe('0 of 3 members');
  });

  it('does not compile without an effect for each step', () => {
    // @ts-expect-error Admit has no effect
    const planned = () => plan(large, object(), { observed: { admitted: 0 }, effects: {} });
    expect(planned).toBeTypeOf('function');
  });
});

describe('compare', () => {
  const live = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', uid: 'u', annotations: { theirs: 'x' } },
    spec: {
      replicas: 2,
      revisionHistoryLimit: 10,
      template: {
        spec: {
          restartPolicy: 'Always',
          containers: [
            {
              name: 'web',
              image: 'nginx',
              imagePullPolicy: 'Always',
              resources: { requests: { cpu: '1', memory: '1Gi' } },
              ports: [{ containerPort: 80, protocol: 'TCP' }],
            },
            { name: 'sidecar', image: 'theirs' },
          ],
        },
      },
    },
  } as KubernetesObject;
  const rendered = (container: object, spec: object = {}) =>
    ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        template: { spec: { containers: [{ name: 'web', image: 'nginx', ...container }] } },
        ...spec,
      },
    }) as KubernetesObject;
  it.each([
    ['nothing, of what the API server filled in', rendered({}), []],
    [
      'nothing, of a quantity that is written in another way',
      rendered({ resources: { requests: { cpu: '1000m' } } }),
      [],
    ],
    [
      'nothing, of what says nothing',
      rendered({ args: [], stdin: false, resources: { limits: {} } }, { paused: false }),
      [],
    ],
    ['nothing, of a list without names whose items have defaults', rendered({ ports: [{ containerPort: 80 }] }), []],
    ['a value', rendered({ image: 'other' }), ['spec.template.spec.containers[web].image']],
    ['a field that is new', rendered({ command: ['run'] }), ['spec.template.spec.containers[web].command']],
    ['an item that is new', rendered({ name: 'new' }), ['spec.template.spec.containers[new]']],
    ['a list of another length', rendered({ ports: [] }, {}), ['spec.template.spec.containers[web].ports']],
  ])('finds %s', (_name, wanted, paths) => {
    expect(compare(wanted, live)).toEqual(paths);
  });

  it('knows what becomes of stringData', () => {
    const secret = (fields: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...fields });
    expect(compare(secret({ stringData: { a: 'b' } }), secret({ data: { a: 'Yg==' } }))).toEqual([]);
    expect(compare(secret({ stringData: { a: 'c' } }), secret({ data: { a: 'Yg==' } }))).toEqual(['data.a']);
  });
});
