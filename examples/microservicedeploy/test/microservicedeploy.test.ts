import type { Stored } from 'cdk8s-reconciler';
import type { ResourceQuota } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { type MicroServiceDeploy, microServiceDeploy } from '../microservicedeploy.js';

const each = { cpu: '500m', memory: '1Gi' };
const instance = (more: object = {}) => {
  const name = { msName: 'shop', fullName: 'shop-v1', version: '1.0', path: 'v1', domain: 'internal' };
  const pod = { image: 'shop', port: 80, config: '', resourceRequirements: { requests: each, limits: each } };
  const spec = { ...name, ...pod, replicas: 4, autoscaling: false, idle: false, needAuth: false, ...more };
  const object = { apiVersion: 'custom.ops/v1', kind: 'MicroServiceDeploy', metadata: { name: 'shop' }, spec };
  return object as unknown as Stored<MicroServiceDeploy>;
};
const quotaOf = (...instances: Stored<MicroServiceDeploy>[]) => {
  const children = microServiceDeploy.render(instances[0]!, { instances });
  return (children.find(({ kind }) => kind === 'ResourceQuota') as ResourceQuota).spec?.hard;
};

it.each<[string, object, string]>([
  ['a quarter more pods than replicas', {}, '2500m'],
  ['at least one more', { replicas: 1 }, '1000m'],
  ['what the autoscaler may add', { autoscaling: true }, '5000m'],
  ['the proxies', { needAuth: true }, '2550m'],
  ['an instance at rest, which may wake up', { idle: true }, '2500m'],
])('the quota has room for %s', (_, more, cpu) => {
  expect(quotaOf(instance(more))?.['requests.cpu']).toBe(cpu);
});

it('the quota has room for every instance of the namespace, whatever units they use', () => {
  const other = { cpu: '1.5', memory: '512Mi' };
  const second = instance({ replicas: 1, resourceRequirements: { requests: other, limits: other } });
  expect(quotaOf(instance(), second)).toEqual({
    'requests.cpu': '5500m',
    'requests.memory': '6144Mi',
    'limits.cpu': '5500m',
    'limits.memory': '6144Mi',
  });
});
