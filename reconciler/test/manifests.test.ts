import { describe, expect, it } from 'vitest';
import {
  ConfigMap,
  containerPorts,
  Deployment,
  disruptionBudget,
  expose,
  manifest,
  resourceQuota,
  restricted,
  StatefulSet,
  volumeClaim,
  workload,
} from '../src/index.js';

const pod = { containers: [{ name: 'db', image: 'db:1', ports: [{ name: 'sql', containerPort: 5432 }] }] };
const set = workload(StatefulSet, 'db', pod, { replicas: 3 }, { cluster: 'db' });

it('a manifest begins as every manifest does, and metadata may have more than the name', () => {
  expect(manifest(ConfigMap, 'web', { metadata: { labels: { a: 'b' } }, data: { page: 'hello' } })).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web', labels: { a: 'b' } },
    data: { page: 'hello' },
  });
});

describe('a workload', () => {
  it('selects its pods, and a StatefulSet has a Service of its name', () => {
    expect(set).toEqual({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        serviceName: 'db',
        replicas: 3,
        selector: { matchLabels: { cluster: 'db' } },
        template: { metadata: { labels: { cluster: 'db' } }, spec: pod },
      },
    });
  });

  it('has its name as a label unless told otherwise', () => {
    expect(workload(Deployment, 'web', pod).spec).toEqual({
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pod },
    });
  });

  it('is exposed with all its ports, or with those that are asked for', () => {
    expect(expose(set, { clusterIP: 'None' })).toMatchObject({
      metadata: { name: 'db' },
      spec: { selector: { cluster: 'db' }, clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] },
    });
    const ports = [{ port: 80, targetPort: 'sql' }];
    expect(expose(set, { ports }, 'other')).toMatchObject({ metadata: { name: 'other' }, spec: { ports } });
  });

  it('is drained one pod at a time', () => {
    const spec = { maxUnavailable: 1, selector: { matchLabels: { cluster: 'db' } } };
    expect(disruptionBudget(set)).toMatchObject({ metadata: { name: 'db' }, spec });
  });
});

it('ports have their names', () => {
  expect(containerPorts({ http: 80, metrics: 9090 })).toEqual([
    { name: 'http', containerPort: 80 },
    { name: 'metrics', containerPort: 9090 },
  ]);
});

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

it('a claim leaves the class to the cluster unless one is named', () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  expect(volumeClaim('data', '1Gi')).toEqual({ metadata: { name: 'data' }, spec });
  expect(volumeClaim('data', '1Gi', 'fast').spec).toEqual({ ...spec, storageClassName: 'fast' });
});

it('a restricted pod is so in every container, but for what it says itself', () => {
  const writes = { name: 'init', image: 'init:1', securityContext: { readOnlyRootFilesystem: false } };
  const result = restricted({ ...pod, initContainers: [writes], securityContext: { runAsUser: 26 } });
  const container = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true };
  expect(result.containers[0]?.securityContext).toEqual(container);
  expect(result.initContainers?.[0]?.securityContext).toEqual({ ...container, readOnlyRootFilesystem: false });
  expect(result.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 26,
    fsGroup: 65_532,
    seccompProfile: { type: 'RuntimeDefault' },
  });
});
