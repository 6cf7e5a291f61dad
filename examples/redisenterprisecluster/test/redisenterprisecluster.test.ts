import { expect, it } from 'vitest';
import { children } from '../children.js';
import type { Spec } from '../spec.js';

const statefulSet = (enabled: 'true' | 'false') => {
  const spec = { nodes: 3, persistentSpec: { enabled, volumeSize: '20Gi' }, redisEnterpriseImageSpec: {} } as Spec;
  return JSON.stringify(children('redis', spec).find(({ kind }) => kind === 'StatefulSet'));
};

it('has volumes only where persistentSpec.enabled is the string true', () => {
  expect(statefulSet('true')).toContain('volumeClaimTemplates');
  expect(statefulSet('false')).not.toMatch(/volumeClaimTemplates|volumeMounts/);
});
