import type { Client } from 'cdk8s-reconciler/client';
import { expect, it, onTestFinished } from 'vitest';
import { among, plan as planOnTheCommandLine } from '../../lib/cli/plan.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { nacos, onMysql } from '../../test/nacos-object.js';
import { Images } from '../src/images.js';
import type { Plan } from '../src/plan.js';
import { createServer } from '../src/server.js';

/** A cluster of three that runs, as the operator reports it. */
const prod = nacos(
  {
    type: 'cluster',
    replicas: 3,
    image: 'nacos/nacos-server:v3.0.3',
    resources: { requests: { memory: '2Gi' }, limits: { memory: '4Gi' } },
    volume: { enabled: true, requests: { storage: '10Gi' } },
  },
  {
    name: 'prod',
    status: {
      phase: 'Running',
      version: '3.0.3',
      readyReplicas: 3,
      members: [
        { pod: 'prod-0', state: 'UP' },
        { pod: 'prod-1', state: 'UP', leaderOf: ['naming_persistent_service_v2'] },
        { pod: 'prod-2', state: 'UP' },
      ],
      conditions: [
        { type: 'AuthReady', status: 'True', reason: 'AdministratorSet', message: '', lastTransitionTime: '' },
      ],
    },
  },
);

/** A merge patch (RFC 7396). */
function merged<T extends object>(value: T, patch: object): T {
  const result: Record<string, unknown> = { ...(value as object) };
  for (const [key, to] of Object.entries(patch)) {
    if (to === null) delete result[key];
    else if (typeof to === 'object' && !Array.isArray(to)) result[key] = merged(Object(result[key]), to);
    else result[key] = to;
  }
  return result as T;
}

/** The API server, which has an instance and answers a patch that it does not keep. */
const apiServer = (instance: NacosObject) =>
  ({
    request: async (_method: string, _path: string, { body }: { body?: object }) =>
      body ? merged(instance, body) : instance,
  }) as unknown as Client;

async function planned(change: object, instance = prod): Promise<Plan> {
  const app = await createServer({ client: apiServer(instance), images: new Images(), rateLimit: 100, logger: false });
  onTestFinished(() => app.close());
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/namespaces/shop/instances/prod:plan',
    headers: { authorization: 'Bearer abc' },
    payload: change,
  });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

const changes: readonly (readonly [name: string, change: object, expected: Partial<Record<keyof Plan, unknown>>])[] = [
  ['nothing', {}, { refused: [], fields: [], steps: [], restarts: [], objects: [] }],
  ['what it says already', { replicas: 3 }, { refused: [], fields: [], steps: [], restarts: [], objects: [] }],
  ['two more members', { replicas: 5 }, { refused: [], fields: ['spec.replicas'], restarts: [] }],
  ['one member of Nacos 3, which is never ready alone', { replicas: 1 }, { steps: [], restarts: [] }],
  [
    'more memory',
    { resources: { limits: { memory: '5Gi' } } },
    { refused: [], restarts: ['prod-2', 'prod-0', 'prod-1'] },
  ],
  ['a newer version', { image: 'nacos/nacos-server:v3.1.0' }, { refused: [], fields: ['spec.image'] }],
  ['an older version', { image: 'nacos/nacos-server:v2.3.2' }, { steps: [], restarts: [] }],
  ['a larger volume', { volume: { requests: { storage: '20Gi' } } }, { refused: [], restarts: [] }],
  ['a smaller volume', { volume: { requests: { storage: '5Gi' } } }, { steps: [], restarts: [] }],
  ['another type', { type: 'standalone' }, { steps: [], restarts: [] }],
  ['a pause', { paused: true }, { refused: [], fields: ['spec.paused'], restarts: [] }],
];

it.each(changes)('the API and the command line say the same of %s', async (_, change, expected) => {
  const plan = await planned(change);
  const { text, failed } = await planOnTheCommandLine([merged(prod, { spec: change })], among([prod]));
  expect(plan).toMatchObject(expected);
  expect(plan.refused.length > 0).toBe(failed);
  expect(text.includes('nothing changes')).toBe(plan.fields.length + plan.objects.length === 0);
  for (const { field, detail } of plan.refused) expect(text).toContain(`    ${field}: ${detail}\n`);
  expect([...text.matchAll(/^ {4}\d+\. (.*)$/gm)].map(([, step]) => step)).toEqual(plan.steps);
  for (const line of [...plan.waits, ...plan.notes, ...plan.unseen]) expect(text).toContain(`    ${line}\n`);
  const [, restarts = 'none'] = /Restarts:\n {4}(.*)\n/.exec(text) ?? [];
  expect(restarts).toBe(plan.restarts.join(', ') || 'none');
});

it('a plan of a running cluster lists its steps', async () => {
  const { steps } = await planned({ replicas: 5 });
  expect(steps.filter((step) => /prod-3|prod-4/.test(step)).length).toBeGreaterThan(1);
});

it('the API has what the versions bring that a change crosses, and what is waited for', async () => {
  const stored = nacos({ ...onMysql, version: '2.5.1' }, { name: 'prod' });
  const { notes, waits } = await planned({ version: '3.0.3' }, stored);
  expect(notes).toEqual([expect.stringMatching(/^3\.0: /)]);
  expect(waits).toEqual([expect.stringMatching(/^Secret prod-auth gets token/)]);
  expect((await planned({ paused: true })).waits).toEqual(['nothing is done as long as it is paused']);
});

it('a plan says what to do about a version that is refused', async () => {
  const { refused } = await planned({ image: 'nacos/nacos-server:v2.3.2' });
  expect(refused).toMatchObject([{ field: 'spec.image', pointer: '#/image' }]);
  expect(refused[0]?.detail).toMatch(/3\.0\.3/);
});
