import { FaultyProxy } from 'cdk8s-reconciler/testing';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { roleName } from '../../src/role-name.js';
import { operatorsBeside, refuseBeside } from '../../src/run/beside.js';
import { administrator } from './administrator.js';
import { controlWebServers, declareWebServer } from './sample.js';

const WebServer = declareWebServer('beside.test');
const controllers = [controlWebServers(WebServer)] as never;
const rbac = 'rbac.authorization.k8s.io/v1';

test('a process without a Lease does not start beside an operator of the same objects that holds one', async ({
  cluster,
}) => {
  const proxy = await FaultyProxy.start(cluster.controlPlane.kubeconfig);
  const client = await administrator(cluster, proxy.url);
  const { namespace } = cluster;
  const renewTime = new Date().toISOString().replace('Z', '000Z');
  const lease = (name: string, holderIdentity: string) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace },
    spec: { holderIdentity, renewTime, leaseDurationSeconds: 15 },
  });
  const binding = (name: string, from: string) => ({
    apiVersion: rbac,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: from }],
  });
  const create = (object: object) => cluster.kubectl(['apply', '-f', '-'], JSON.stringify(object));

  await create(lease('other', 'other-1'));
  await create(lease('web', ''));
  await create(binding(roleName('web', WebServer), 'elsewhere'));
  await expect(refuseBeside(controllers, client)).resolves.toBeUndefined();
  await create(lease('web', 'web-1'));
  // Of an operator of the same name in another namespace.
  await expect(refuseBeside(controllers, client)).resolves.toBeUndefined();
  await create(binding(roleName('web', WebServer), namespace));
  expect(await operatorsBeside(controllers, client, Date.now())).toEqual([`${namespace}/web, held by web-1`]);
  await expect(refuseBeside(controllers, client)).rejects.toThrow('scale its Deployment to 0 first');
  // One that ended without a word.
  expect(await operatorsBeside(controllers, client, Date.now() + 3_600_000)).toEqual([]);
  client.close();
  await proxy.stop();
});
