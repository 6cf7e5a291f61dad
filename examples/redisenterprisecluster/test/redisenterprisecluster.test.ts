import { expect, it } from 'vitest';
import { redisEnterpriseCluster } from '../redisenterprisecluster.js';

const statefulSet = (enabled: 'true' | 'false') => {
  const metadata = { name: 'redis' };
  const persistentSpec = { enabled, volumeSize: '20Gi' };
  const spec = {
    nodes: 3,
    persistentSpec,
    username: 'admin',
    uiServiceType: 'ClusterIP',
    redisEnterpriseImageSpec: {},
  };
  const object = { apiVersion: 'app.redislabs.com/v1alpha1', kind: 'RedisEnterpriseCluster', metadata, spec };
  const children = redisEnterpriseCluster.render(object as Parameters<typeof redisEnterpriseCluster.render>[0]);
  return children.find(({ kind }) => kind === 'StatefulSet');
};

it('has volumes only where persistentSpec.enabled is the string true', () => {
  const volumes = (enabled: 'true' | 'false') =>
    JSON.stringify(statefulSet(enabled)).match(/"name":"persistent"/g)?.length ?? 0;
  // The claim and where it is mounted.
  expect([volumes('true'), volumes('false')]).toEqual([2, 0]);
});
