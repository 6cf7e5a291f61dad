import { Deployment, Job, PersistentVolumeClaim, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { lacksPods } from '../src/readiness.js';

const metadata = { generation: 2 };
const seen = { observedGeneration: 2 };
const set = { replicas: 3, readyReplicas: 3, updatedReplicas: 3 };

describe('readiness', () => {
  const deployments: [string, Deployment, string][] = [
    ['never seen', { metadata, spec: {} as never }, 'Progressing'],
    [
      'of a former generation',
      { metadata, status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
      'Progressing',
    ],
    ['rolled out', { metadata, status: { ...seen, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } }, 'Ready'],
    [
      'with old pods left',
      { metadata, status: { ...seen, replicas: 2, updatedReplicas: 1, availableReplicas: 2 } },
      'Progressing',
    ],
    ['not available', { metadata, status: { ...seen, replicas: 1, updatedReplicas: 1 } }, 'Progressing'],
    ['at zero', { metadata, spec: { replicas: 0 } as never, status: seen }, 'Ready'],
    [
      'stuck',
      {
        metadata,
        status: { ...seen, conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] },
      },
      'Failed',
    ],
  ];
  it.each(deployments)('of a Deployment %s', (_name, object, state) => {
    expect(Deployment.ready?.(object).state).toBe(state);
  });

  it('of a Deployment whose pods are refused says why', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: small' }];
    const readiness = Deployment.ready?.({ metadata, status: { ...seen, conditions } });
    expect(readiness).toMatchObject({ state: 'Progressing', reason: 'PodsRefused', message: /exceeded quota: small/ });
  });

  const sets = (status: object) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { replicas: 3 }, status });
  const jobs = (status: object, spec = {}) => ({ apiVersion: 'batch/v1', kind: 'Job', spec, status });
  const daemons = (currentNumberScheduled: number) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    status: { desiredNumberScheduled: 2, currentNumberScheduled },
  });
  it.each([
    ['a StatefulSet without pods', sets({}), true],
    ['a StatefulSet whose next pod does not come', sets({ replicas: 1, readyReplicas: 1 }), true],
    ['a StatefulSet whose next pod waits for the one before', sets({ replicas: 1 }), false],
    ['a StatefulSet with all pods', sets({ replicas: 3, readyReplicas: 1 }), false],
    ['a DaemonSet that lacks one', daemons(1), true],
    ['a DaemonSet with all', daemons(2), false],
    ['a Job without pods', jobs({}), true],
    ['a Job at work', jobs({ active: 1 }), false],
    ['a Job that is suspended', jobs({}, { suspend: true }), false],
    ['a Job that has ended', jobs({ conditions: [{ type: 'Complete', status: 'True' }] }), false],
    ['a ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap' }, false],
  ])('%s: whether events have to say why pods are missing', (_name, child, lacks) => {
    expect(lacksPods(child)).toBe(lacks);
  });

  const statefulSets: [string, StatefulSet, string][] = [
    ['rolled out', { metadata, spec: { replicas: 3 } as never, status: { ...seen, ...set } }, 'Ready'],
    ['scaling', { metadata, spec: { replicas: 5 } as never, status: { ...seen, ...set } }, 'Progressing'],
    [
      'with a pod that is not ready',
      { metadata, spec: { replicas: 3 } as never, status: { ...seen, ...set, readyReplicas: 2 } },
      'Progressing',
    ],
    [
      'half rolled out',
      { metadata, spec: { replicas: 3 } as never, status: { ...seen, ...set, updatedReplicas: 1 } },
      'Progressing',
    ],
    [
      'rolled out up to its partition',
      {
        metadata,
        spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } } as never,
        status: { ...seen, ...set, updatedReplicas: 1 },
      },
      'Ready',
    ],
    [
      'that others roll',
      {
        metadata,
        spec: { replicas: 3, updateStrategy: { type: 'OnDelete' } } as never,
        status: { ...seen, ...set, updatedReplicas: 0 },
      },
      'Ready',
    ],
  ];
  it.each(statefulSets)('of a StatefulSet %s', (_name, object, state) => {
    expect(StatefulSet.ready?.(object).state).toBe(state);
  });

  it('of a Job is that of its result', () => {
    const job = (type: string) => ({ status: { conditions: [{ type, status: 'True' }] } });
    expect(Job.ready?.({}).state).toBe('Progressing');
    expect(Job.ready?.(job('Complete')).state).toBe('Ready');
    expect(Job.ready?.(job('Failed')).state).toBe('Failed');
  });

  it('of a claim is that of its volume', () => {
    const claim = (phase: string) => ({ status: { phase } });
    expect(PersistentVolumeClaim.ready?.(claim('Pending')).state).toBe('Progressing');
    expect(PersistentVolumeClaim.ready?.(claim('Bound')).state).toBe('Ready');
    expect(PersistentVolumeClaim.ready?.(claim('Lost')).state).toBe('Failed');
  });
});
