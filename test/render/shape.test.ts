import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { validate } from '../../lib/resource/validate.js';
import { child, nacos, onMysql } from '../nacos-object.js';

const rendered = (overlays: object, more: object = {}) =>
  render(nacos({ ...onMysql, version: '2.3.2', database: { type: 'mysql', mysqlHost: 'db' }, ...more, overlays }));
const problems = (overlays: object) => validate({ metadata: { name: 'n' }, spec: { overlays } });

describe('what a user lays over children of a kind', () => {
  it.each([
    ['Service', 'services'],
    ['Job', 'job'],
    ['ConfigMap', 'configMaps'],
    ['Secret', 'secrets'],
    ['PodDisruptionBudget', 'podDisruptionBudget'],
    ['StatefulSet', 'statefulSet'],
  ])('is on every %s, and on no other', (kind, field) => {
    const metadata = { labels: { tier: 'edge' }, annotations: { 'corp.example/owner': 'a' } };
    const objects = rendered({ [field]: { metadata } });
    for (const object of objects) {
      const is = object.kind === kind;
      expect(object.metadata!.labels?.tier === 'edge').toBe(is);
      expect(object.metadata!.annotations?.['corp.example/owner'] === 'a').toBe(is);
      expect(object.metadata!.labels).toMatchObject({ app: 'n' });
    }
    expect(objects.some((object) => object.kind === kind)).toBe(true);
  });

  it('merges with what is rendered, lists by the name of their items, and takes away by null', () => {
    const spec = {
      internalTrafficPolicy: 'Local',
      ports: [{ name: 'metrics', port: 9100 }],
    };
    const job = {
      template: {
        spec: {
          containers: [
            { name: 'schema', resources: null },
            { name: 'extra', image: 'a' },
          ],
        },
      },
    };
    const objects = rendered({
      services: { spec },
      job: { spec: job },
      podDisruptionBudget: { spec: { maxUnavailable: null, minAvailable: 2 } },
    });
    const service = child(objects, 'Service', 'n-headless').spec!;
    expect(service).toMatchObject({ clusterIP: 'None', internalTrafficPolicy: 'Local', selector: { app: 'n' } });
    expect(service.ports!.map(({ name }) => name)).toEqual(['client', 'rpc', 'new-rpc', 'peer-rpc', 'metrics']);
    const containers = child(objects, 'Job').spec!.template.spec!.containers;
    expect(containers.map(({ name, resources }) => [name, resources])).toEqual([
      ['schema', undefined],
      ['extra', undefined],
    ]);
    const { maxUnavailable, minAvailable, selector } = child(objects, 'PodDisruptionBudget').spec!;
    expect([maxUnavailable, minAvailable, selector?.matchLabels?.app]).toEqual([undefined, 2, 'n']);
  });

  it('makes another Job of one that does something else, as a Job cannot change, and of its metadata none', () => {
    const name = (job: object) => child(rendered({ job }), 'Job').metadata!.name;
    expect(name({ spec: { backoffLimit: 3 } })).not.toBe(name({}));
    expect(name({ metadata: { labels: { a: 'b' } } })).toBe(name({}));
    expect(name({})).toBe(child(rendered({}), 'Job').metadata!.name);
    const [one, other] = [
      { parallelism: 1, backoffLimit: 3 },
      { backoffLimit: 3, parallelism: 1 },
    ];
    expect(name({ spec: one })).toBe(name({ spec: other }));
  });

  it.each([
    ['a name', { services: { metadata: { name: 'x' } } }, 'spec.overlays.services.metadata.name', /no such field/],
    [
      'an owner',
      { job: { metadata: { ownerReferences: [] } } },
      'spec.overlays.job.metadata.ownerReferences',
      /no such field/,
    ],
    ['the data of a ConfigMap', { configMaps: { data: {} } }, 'spec.overlays.configMaps.data', /no such field/],
    ['the spec of the StatefulSet', { statefulSet: { spec: {} } }, 'spec.overlays.statefulSet.spec', /no such field/],
    [
      'a label of the servers',
      { secrets: { metadata: { labels: { app: 'x' } } } },
      'spec.overlays.secrets.metadata.labels',
      /take them out/,
    ],
    [
      'a note of the operator',
      { statefulSet: { metadata: { annotations: { 'nacos.io/version': '9' } } } },
      'spec.overlays.statefulSet.metadata.annotations',
      /take them out/,
    ],
    [
      'a selector',
      { services: { spec: { selector: { app: 'x' } } } },
      'spec.overlays.services.spec.selector',
      /take it out/,
    ],
    ['a type', { services: { spec: { type: 'NodePort' } } }, 'spec.overlays.services.spec.type', /spec\.service\.type/],
    [
      'an address',
      { services: { spec: { publishNotReadyAddresses: false } } },
      'spec.overlays.services.spec.clusterIP',
      /take/,
    ],
    ["a Job's selector", { job: { spec: { selector: {} } } }, 'spec.overlays.job.spec.selector', /take/],
    [
      "a label of the servers for the Job's pod",
      { job: { spec: { template: { metadata: { labels: { app: 'n' } } } } } },
      'spec.overlays.job.spec.template.metadata.labels',
      /take/,
    ],
    [
      "a budget's selector",
      { podDisruptionBudget: { spec: { selector: {} } } },
      'spec.overlays.podDisruptionBudget.spec.selector',
      /take it out/,
    ],
  ])('is refused where it is %s, with path and remedy', (_what, overlays, path, message) => {
    expect(problems(overlays)).toEqual([expect.objectContaining({ path, message: expect.stringMatching(message) })]);
  });
});
