import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { programFile, synth } from '../synth.js';
import { testAlone as base } from './fixture.js';
import { readKubeconfig, writeKubeconfig } from './kubeconfig.js';
import { install, type Manifest, read } from './manifests.js';
import type { TestCluster } from './test-cluster.js';

/** The policy is enforced some time after it is stored. */
const eventually = { timeout: 60_000, interval: 200 };
const operatorNamespace = 'nacos-operator';
const group = 'nacos.io';

type Kubectl = (args: readonly string[], input?: object) => Promise<string>;

/** Without its pods: what holds is held against its account. */
const manifests = [...read(join(synth(), '10-operator.k8s.yaml')), ...read(join(synth(), programFile))].filter(
  ({ kind }) => kind !== 'Deployment',
);
const isPolicy = ({ kind }: Manifest) => kind.startsWith('ValidatingAdmissionPolicy');

/** A control plane of its own: with the policy gone, other files would see that. */
const bare = base.extend('operator', { scope: 'file' }, async ({ cluster }): Promise<Kubectl> => {
  await install(cluster);
  await apply(
    cluster,
    manifests.filter((one) => !isPolicy(one)),
  );
  const kubeconfig = await cluster.controlPlane.serviceAccountKubeconfig(operatorNamespace, operatorNamespace);
  return (args, input) =>
    cluster.kubectl(
      ['--kubeconfig', kubeconfig, ...args, ...(input ? ['-f', '-'] : [])],
      input && JSON.stringify(input),
    );
});

/** The same with the policy, after what the attack without it has left. */
const test = bare.extend('guarded', { scope: 'file' }, async ({ cluster, operator }) => {
  await cluster.kubectl(['delete', 'secret', 'token', '-n', 'kube-system', '--ignore-not-found']);
  const roles = manifests.filter(({ kind }) => kind === 'ClusterRole');
  await cluster.kubectl(['replace', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: roles }));
  await apply(cluster, manifests);
  const probe = () => operator(['create', '--dry-run=server'], configMap(cluster.namespace, 'probe')).catch(String);
  await expect.poll(probe, eventually).toContain('denied request');
  return operator;
});

async function apply(cluster: TestCluster, items: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], list);
}

/** Filled in by Kubernetes: the token of an account that may give itself any right. */
function tokenSecret(namespace = 'kube-system', metadata = {}): object {
  const annotations = { 'kubernetes.io/service-account.name': 'clusterrole-aggregation-controller' };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: { name: 'token', namespace, annotations, ...metadata },
  };
}

const owned = (uid = '00000000-0000-0000-0000-000000000001', owner = {}) => ({
  ownerReferences: [{ apiVersion: `${group}/v1alpha1`, kind: 'Nacos', name: 'a', uid, controller: true, ...owner }],
});

/** Uid of a Nacos: what has an owner that does not exist is removed. */
async function owner(cluster: TestCluster, name: string): Promise<string> {
  const nacos = { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: { name }, spec: { paused: true } };
  await apply(cluster, [nacos]);
  return cluster.kubectl(['get', 'nacos', name, '-o', 'jsonpath={.metadata.uid}']);
}

function configMap(namespace: string, name: string, metadata = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, ...metadata } };
}

function statefulSet(namespace: string, metadata = {}): object {
  const labels = { a: 'b' };
  const container = { name: 'c', image: 'x', securityContext: { privileged: true } };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'x', namespace, ...metadata },
    spec: {
      serviceName: '',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { hostPID: true, containers: [container] } },
    },
  };
}

/** Without the policy: how the account of the operator becomes an administrator of the cluster. */
bare(
  'three commands make an administrator of the operator where its write policy is not applied',
  async ({ cluster, operator }) => {
    await operator(['create'], tokenSecret());
    const read = () =>
      operator(['get', 'secret', 'token', '-n', 'kube-system', '-o', 'jsonpath={.data.token}']).catch(() => '');
    await expect.poll(read, eventually).not.toBe('');
    const token = Buffer.from(await read(), 'base64').toString();
    const admin = readKubeconfig(cluster.controlPlane.kubeconfig);
    const users = [{ ...admin.users[0], user: { token } }] as const;
    const stolen = writeKubeconfig(join(cluster.controlPlane.directory, 'stolen.yaml'), { ...admin, users });
    const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
    const patch = JSON.stringify([{ op: 'add', path: '/rules/-', value: everything }]);
    const role = `${operatorNamespace}-nacos.${group}`;
    await cluster.kubectl(['--kubeconfig', stolen, 'patch', 'clusterrole', role, '--type=json', '-p', patch]);
    const may = () => operator(['auth', 'can-i', '*', '*']).catch(String);
    await expect.poll(may, eventually).toContain('yes');
  },
);

describe('with its write policy the operator', () => {
  const create = ['create', '--dry-run=server'];

  test.for([
    ['a token of another account', () => tokenSecret(), 'in kube-*'],
    ['one that seems to be owned', ({ namespace }: TestCluster) => tokenSecret(namespace, owned()), 'Opaque'],
    ['pods of its own', ({ namespace }: TestCluster) => statefulSet(namespace), 'StatefulSet: writes only'],
    ['pods in kube-system', () => statefulSet('kube-system', owned()), 'in kube-*'],
    [
      'what an object of another group owns',
      ({ namespace }: TestCluster) => configMap(namespace, 'x', owned(undefined, { apiVersion: 'nacos.io.evil/v1' })),
      'ConfigMap: writes only what a Nacos owns',
    ],
    [
      'what a Nacos only has to do with',
      ({ namespace }: TestCluster) => configMap(namespace, 'x', owned(undefined, { controller: false })),
      'ConfigMap: writes only what a Nacos owns',
    ],
    [
      'what it says it has written before',
      ({ namespace }: TestCluster) => configMap(namespace, 'x', { annotations: { 'nacos.io/applied': 'a.b' } }),
      'ConfigMap: writes only what a Nacos owns',
    ],
    [
      'its own program',
      () => configMap(operatorNamespace, `${operatorNamespace}-program-2`, owned()),
      'its own program',
    ],
  ] as const)('does not create %s', async ([, object, why], { cluster, guarded: operator }) => {
    await expect(operator(create, object(cluster))).rejects.toThrow(why);
  });

  test('neither changes nor deletes what others own, nor takes it', async ({ cluster, guarded: operator }) => {
    const { namespace } = cluster;
    await apply(cluster, [configMap(namespace, 'foreign'), configMap(namespace, 'marked', { annotations: adopted })]);
    const patch = (name: string, metadata: object, inNamespace = namespace) =>
      operator(['patch', 'configmap', name, '-n', inNamespace, '--type=merge', '-p', JSON.stringify({ metadata })]);
    await expect(patch('foreign', { labels: { a: 'b' } })).rejects.toThrow('ConfigMap: writes only');
    await expect(patch('foreign', owned())).rejects.toThrow('ConfigMap: writes only');
    await expect(patch('foreign', { annotations: adopted })).rejects.toThrow('ConfigMap: writes only');
    await expect(operator(['delete', 'configmap', 'foreign', '-n', namespace])).rejects.toThrow('ConfigMap: writes');
    const program = manifests.find(({ kind }) => kind === 'ConfigMap')?.metadata.name ?? '';
    await expect(patch(program, { labels: { a: 'b' } }, operatorNamespace)).rejects.toThrow('own program');
    // What says itself that it is to be adopted is taken, and stays with the owner that it got.
    await patch('marked', owned(await owner(cluster, 'a')));
    const other = owned(await owner(cluster, 'b'));
    await expect(patch('marked', other)).rejects.toThrow('gives no child of one owner to another');
  });

  test('changes of pods and claims only those of servers, of Secrets without an owner only those of logins', async ({
    cluster,
    guarded: operator,
  }) => {
    const { namespace } = cluster;
    const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
    const claim = (name: string, labels = {}) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await apply(cluster, [claim('theirs'), claim('ours', { middleware: 'nacos' })]);
    const label = (name: string) => operator(['label', 'persistentvolumeclaim', name, '-n', namespace, 'a=b']);
    await label('ours');
    await expect(label('theirs')).rejects.toThrow('PersistentVolumeClaim: writes only what a permission allows it');
    await operator(create, secret('a-auth'));
    await expect(operator(create, secret('payroll'))).rejects.toThrow('Secret: writes only what a Nacos owns, or');
  });
});

const adopted = { 'nacos.io/adopt': 'a' };

test('the policy is what the API server calls free of faults', async ({ cluster, guarded: _ }) => {
  const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${operatorNamespace}`;
  const checked = async () =>
    (await cluster.api.get<{ status?: { typeChecking?: object } }>(path)).status?.typeChecking;
  await expect.poll(checked, eventually).toEqual({});
});
