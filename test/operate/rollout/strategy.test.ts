import type { Stored } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { nacos } from '../../nacos-object.js';
import { observed, recorded, statefulSet, stepOf, up } from '../world.js';

const members = [0, 1, 2].map((ordinal) => up(ordinal, { version: '2.3.2' }));

/** The step with a StatefulSet that hands have changed, where another version is refused, or none is. */
function step(version: string, by: 'RollingUpdate' | 'OnDelete', more: object = {}) {
  const { metadata, spec, ...rest } = recorded(statefulSet(3), '2.3.2');
  const owned = {
    ownerReferences: [{ controller: true, uid: 'u' }],
    annotations: { ...metadata.annotations, 'nacos.io/applied': 'digest' },
    ...more,
  };
  const live = { ...rest, metadata: { ...metadata, ...owned }, spec: { ...spec, updateStrategy: { type: by } } };
  const object = nacos({ type: 'cluster', version });
  const found = observed(members, { statefulSet: live as never as Stored<StatefulSet>, listed: 3 });
  return stepOf({ ...object, metadata: { ...object.metadata, uid: 'u' } }, found)?.type;
}

describe('a StatefulSet that must not change', () => {
  it('is still kept from replacing pods by itself, which hands have let it do', () => {
    expect(step('2.0.4', 'RollingUpdate')).toBe('KeepPods');
    expect(step('2.0.4', 'OnDelete')).not.toBe('KeepPods');
  });

  it.each([
    ['is written as a whole', '2.3.2', {}],
    ['is being deleted', '2.0.4', { deletionTimestamp: '2026-11-21T08:00:00Z' }],
    ['belongs to another', '2.0.4', { ownerReferences: [{ controller: true, uid: 'other' }] }],
  ])('and is left to that where it %s', (_, version, more) => {
    expect(step(version, 'RollingUpdate', more)).not.toBe('KeepPods');
  });
});
