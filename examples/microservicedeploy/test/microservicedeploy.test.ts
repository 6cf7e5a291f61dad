import { expect, it } from 'vitest';
import { quotaOf } from '../resources.js';
import type { Spec } from '../spec.js';

const each = { cpu: '500m', memory: '1Gi' };
const spec = (more: object = {}) =>
  ({
    replicas: 4,
    autoscaling: false,
    needAuth: false,
    resourceRequirements: { requests: each, limits: each },
    ...more,
  }) as Spec;

it.each<[string, object, string]>([
  ['a quarter more pods than replicas', {}, '2500m'],
  ['at least one more', { replicas: 1 }, '1000m'],
  ['what the autoscaler may add', { autoscaling: true, maxReplicas: 8 }, '5000m'],
  ['the proxies', { needAuth: true }, '2550m'],
  ['an instance at rest, which may wake up', { idle: true }, '2500m'],
])('the quota has room for %s', (_, more, cpu) => {
  expect(quotaOf([spec(more)])['requests.cpu']).toBe(cpu);
});

it('the quota has room for every instance of the namespace, whatever units they use', () => {
  const other = { cpu: '1.5', memory: '512Mi' };
  const both = quotaOf([spec(), spec({ replicas: 1, resourceRequirements: { requests: other, limits: other } })]);
  expect(both).toEqual({
    'requests.cpu': '5500m',
    'requests.memory': '6144Mi',
    'limits.cpu': '5500m',
    'limits.memory': '6144Mi',
  });
});
