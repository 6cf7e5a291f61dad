import { describe, expect, it } from 'vitest';
import { ConfigMap, Deployment, StatefulSet } from '../../src/kinds/kinds.js';
import { expose, manifest, restricted, workload } from '../../src/kit/index.js';

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

  it('has its name as a label unless another is given', () => {
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
    runAsGroup: 65_532,
    fsGroup: 65_532,
    seccompProfile: { type: 'RuntimeDefault' },
  });
});
