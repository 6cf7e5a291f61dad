import { expect, it } from 'vitest';
import { resourceQuota } from '../quota.js';

it('a quota has room for all containers of all pods, whatever units they are written in', () => {
  const web = { resources: { requests: { cpu: '0.1', memory: '1Gi' }, limits: { memory: '1G' } } };
  const proxy = { resources: { requests: { cpu: '25m' } } };
  const gpu = { resources: { limits: { 'nvidia.com/gpu': '1' } } };
  const pods = [
    { count: 3, containers: [web, proxy] },
    { count: 2, containers: [gpu, {}] },
  ];
  expect(resourceQuota('all', pods)).toEqual({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'all' },
    spec: {
      hard: {
        'requests.cpu': '375m',
        'requests.memory': '3072Mi',
        'limits.memory': '2862Mi',
        'limits.nvidia.com/gpu': '2',
      },
    },
  });
});
