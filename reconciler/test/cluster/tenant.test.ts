import { Type } from '@sinclair/typebox';
import { controller, kind, type ObjectOf, resource } from 'cdk8s-reconciler';
import { Namespace, ResourceQuota, RoleBinding } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import { expect } from 'vitest';
import { Api } from '../../../test/cluster/api.js';
import { test as base } from '../../../test/cluster/fixture.js';
import { policyRules } from '../../src/synth/roles.js';
import { define, eventually, quiet, Running } from './running.js';

/** A namespace of its own for each team, with what belongs into it. */
const Tenant = resource({
  group: 'tenant.test',
  version: 'v1',
  kind: 'Tenant',
  scope: 'Cluster',
  spec: Type.Object({ admins: Type.String(), pods: Type.Integer({ default: 10 }) }),
});

const rbac = 'rbac.authorization.k8s.io';
const ClusterRole = kind(`${rbac}/v1`, 'ClusterRole', { namespaced: false });
const tenants = controller(Tenant, {
  owns: { namespaces: Namespace, quotas: ResourceQuota, bindings: RoleBinding },
  permissions: [{ kind: ClusterRole, name: 'admin', verbs: ['bind'] }],
  render: (tenant) => [manifest(Namespace, nameOf(tenant), {}), quota(tenant), binding(tenant)],
});

function nameOf({ metadata: { name } }: ObjectOf<typeof Tenant>): string {
  return `tenant-${name}`;
}

function quota(tenant: ObjectOf<typeof Tenant>) {
  const hard = { pods: String(tenant.spec.pods) };
  return manifest(ResourceQuota, 'tenant', { metadata: { namespace: nameOf(tenant) }, spec: { hard } });
}

function binding(tenant: ObjectOf<typeof Tenant>) {
  const apiGroup = rbac;
  return manifest(RoleBinding, 'admins', {
    metadata: { namespace: nameOf(tenant) },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'admin' },
    subjects: [{ apiGroup, kind: 'Group', name: tenant.spec.admins }],
  });
}

const path = '/apis/tenant.test/v1/tenants';
const test = base.extend('tenants', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Tenant);
  const running = await Running.start(cluster, [tenants], { namespaces: 'all' });
  onCleanup(() => running.stop());
  const create = (name: string) =>
    cluster.api.create(path, {
      apiVersion: 'tenant.test/v1',
      kind: 'Tenant',
      metadata: { name },
      spec: { admins: 'evil' },
    });
  const condition = async (name: string, type: string) => {
    const { status } = await cluster.api.get<ObjectOf<typeof Tenant>>(`${path}/${name}`);
    return status?.conditions?.find((one) => one.type === type);
  };
  const inside = (namespace: string) =>
    cluster.kubectl(['get', 'rolebindings,resourcequotas', '--namespace', namespace, '--output=name']);
  return { running, create, condition, inside };
});

test('nothing is written into a namespace that another owner has, and the tenant says what stops what', async ({
  cluster,
  tenants,
}) => {
  const name = `${cluster.namespace}-taken`;
  await cluster.kubectl(['create', 'namespace', `tenant-${name}`]);
  await tenants.create(name);
  await expect
    .poll(() => tenants.condition(name, 'Stalled'), eventually)
    .toMatchObject({
      status: 'True',
      reason: 'NameTaken',
      message: expect.stringMatching(/stops ResourceQuota tenant-.*taken\/tenant, RoleBinding tenant-.*taken\/admins$/),
    });
  await quiet(tenants.running);
  expect(await tenants.inside(`tenant-${name}`)).toBe('');
  await cluster.api.delete(`${path}/${name}`);
  await cluster.kubectl(['delete', 'namespace', `tenant-${name}`, '--wait=false']);
});

test('a tenant whose namespace is there gets what belongs into it', async ({ cluster, tenants }) => {
  const name = `${cluster.namespace}-fine`;
  await tenants.create(name);
  await expect.poll(() => tenants.condition(name, 'Ready'), eventually).toMatchObject({ status: 'True' });
  expect((await tenants.inside(`tenant-${name}`)).trim().split('\n')).toEqual([
    'rolebinding.rbac.authorization.k8s.io/admins',
    'resourcequota/tenant',
  ]);
  await cluster.api.delete(`${path}/${name}`);
});

test('with the roles that are rendered, it may bind the role that it declares, and no other', async ({ cluster }) => {
  const { namespace, api, controlPlane } = cluster;
  const { namespaced, cluster: wide } = policyRules(tenants as never);
  await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'tenants' } });
  await api.create(`/apis/${rbac}/v1/clusterroles`, { metadata: { name: namespace }, rules: [...wide, ...namespaced] });
  await api.create(`/apis/${rbac}/v1/clusterrolebindings`, {
    metadata: { name: namespace },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: namespace },
    subjects: [{ kind: 'ServiceAccount', name: 'tenants', namespace }],
  });
  const account = Api.fromFile(await controlPlane.serviceAccountKubeconfig(namespace, 'tenants'));
  const bind = (name: string) =>
    account
      .create(`/apis/${rbac}/v1/namespaces/${namespace}/rolebindings?dryRun=All`, {
        metadata: { name },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
        subjects: [{ apiGroup: rbac, kind: 'Group', name: 'team' }],
      })
      .then(() => 'bound', String);
  // The API server hears of roles a moment later.
  await expect.poll(() => bind('admin'), eventually).toBe('bound');
  expect(await bind('cluster-admin')).toMatch(/not currently held/);
  account.close();
});
