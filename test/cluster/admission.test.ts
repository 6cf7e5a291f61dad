import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { namedObjects, type podFields } from '../../lib/admission/named-objects.js';
import { synth } from '../synth.js';
import { test as base } from './fixture.js';
import { install, read } from './manifests.js';
import type { TestCluster } from './test-cluster.js';

/** The policy is enforced some time after it is stored. */
const eventually = { timeout: 60_000, interval: 200 };
const image = 'nacos/nacos-server:v2.3.2';

/** kubectl as a ServiceAccount of the test's namespace with the given rights there. */
type Requester = (args: readonly string[], input?: string) => Promise<string>;

const test = base.extend('people', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await install(cluster);
  const manifests = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: here(cluster) });
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], manifests);
  onCleanup(async () => void (await cluster.kubectl(['delete', '-f', '-'], manifests)));
  const team = await requester(cluster, 'team', 'nacos-edit');
  const developer = await requester(cluster, 'developer', 'edit');
  const dryRun = ['create', '-f', '-', '--dry-run=server'];
  const steal = () => team(dryRun, nacos('probe', { serviceAccountName: 'x' })).catch(String);
  await expect.poll(steal, eventually).toContain('may only be set');
  // The controller manager adds the rights of `nacos-edit` to `edit` a moment later.
  const plain = () => developer(dryRun, nacos('probe', {})).catch(String);
  await expect.poll(plain, eventually).toContain('created');
  return { team, developer };
});

/** The policy for the namespace of this file only: other files share the control plane. */
function here({ namespace }: TestCluster): object[] {
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
  return read(join(synth(), '05-admission.k8s.yaml')).map((manifest) =>
    manifest.kind === 'ValidatingAdmissionPolicyBinding'
      ? { ...manifest, spec: { ...(manifest as { spec?: object }).spec, matchResources } }
      : manifest,
  );
}

async function requester(cluster: TestCluster, name: string, role: string): Promise<Requester> {
  const { controlPlane, namespace } = cluster;
  await cluster.kubectl(['create', 'serviceaccount', name]);
  await cluster.kubectl([
    'create',
    'rolebinding',
    name,
    `--clusterrole=${role}`,
    `--serviceaccount=${namespace}:${name}`,
  ]);
  const kubeconfig = await controlPlane.serviceAccountKubeconfig(namespace, name);
  return (args, input) => cluster.kubectl(['--kubeconfig', kubeconfig, '--namespace', namespace, ...args], input);
}

function nacos(name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: 'nacos.io/v1alpha1',
    kind: 'Nacos',
    metadata: { name },
    spec: { image, ...spec },
  });
}

/** A spec that names `object` at `path`, and holds what the definition asks for beside it. */
function naming(path: string, object: string): object {
  const rest: Readonly<Record<string, object>> = {
    'database.credentialsSecret.name': {
      database: { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: object } },
    },
    'certification.secretName': { certification: { enabled: true, secretName: object } },
    'env[].valueFrom.secretKeyRef.name': {
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: object, key: 'k' } } }],
    },
    'env[].valueFrom.configMapKeyRef.name': {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', valueFrom: { configMapKeyRef: { name: object, key: 'k' } } },
      ],
    },
    'initialData.users[].passwordSecret.name': {
      certification: { enabled: true },
      initialData: { users: [{ username: 'u', passwordSecret: { name: object, key: 'k' } }] },
    },
    'initialData.configurations[].contentFrom.secretKeyRef.name': {
      initialData: { configurations: [{ dataId: 'd', contentFrom: { secretKeyRef: { name: object, key: 'k' } } }] },
    },
    'initialData.configurations[].contentFrom.configMapKeyRef.name': {
      initialData: { configurations: [{ dataId: 'd', contentFrom: { configMapKeyRef: { name: object, key: 'k' } } }] },
    },
  };
  return rest[path] ?? {};
}

const shapes: Readonly<Record<(typeof podFields)[number], unknown>> = {
  k8sWrapper: { PodSpec: { hostPID: true } },
  overlays: { job: { spec: { template: { spec: { hostPID: true } } } } },
  serviceAccountName: 'deployer',
  podSecurityContext: { runAsUser: 0 },
  securityContext: { privileged: true },
  priorityClassName: 'system-node-critical',
};

describe('a team with the role nacos-edit alone', () => {
  const create = ['create', '-f', '-', '--dry-run=server'];

  test('has its Nacos, changes and deletes it', async ({ people: { team } }) => {
    await team(['create', '-f', '-'], nacos('plain', {}));
    await team(['patch', 'nacos', 'plain', '--type=merge', '-p', '{"spec":{"replicas":1,"config":"a=b"}}']);
    await team(['delete', 'nacos', 'plain']);
  });

  test('cannot read a Secret or a ConfigMap by naming it, in any field, but with the right to get that one', async ({
    cluster,
    people: { team },
  }) => {
    for (const [index, { resource, path }] of namedObjects.entries()) {
      const named = `named-${index}`;
      await expect(team(create, nacos('thief', naming(path, named))), path).rejects.toThrow(`spec.${path}: names`);
      await cluster.kubectl([
        'create',
        'role',
        named,
        '--verb=get',
        `--resource=${resource}`,
        `--resource-name=${named}`,
      ]);
      await cluster.kubectl([
        'create',
        'rolebinding',
        named,
        `--role=${named}`,
        `--serviceaccount=${cluster.namespace}:team`,
      ]);
      const allowed = () => team(create, nacos('thief', naming(path, named))).catch(String);
      await expect.poll(allowed, eventually).toContain('created');
    }
  });

  test.for(Object.entries(shapes))('cannot shape pods by %s', async ([field, value], { people: { team } }) => {
    await expect(team(create, nacos('shaped', { [field]: value }))).rejects.toThrow(`${field}`);
  });

  test('may not change the spec of a Nacos that names what it may not read, but may label it', async ({
    cluster,
    people: { team },
  }) => {
    await cluster.kubectl(
      ['create', '-f', '-'],
      nacos('shared', naming('env[].valueFrom.secretKeyRef.name', 'hidden')),
    );
    await team(['label', 'nacos', 'shared', 'team=a']);
    const image = ['patch', 'nacos', 'shared', '--type=merge', '-p', '{"spec":{"image":"evil/nacos-server:v2.3.2"}}'];
    await expect(team(image)).rejects.toThrow('names a Secret that you may not read');
  });
});

describe('a developer with the role edit of the cluster', () => {
  test('names Secrets and shapes pods, as with any pod', async ({ people: { developer } }) => {
    const spec = { ...naming('env[].valueFrom.secretKeyRef.name', 'own'), ...shapes };
    await developer(['create', '-f', '-', '--dry-run=server'], nacos('free', spec));
  });
});

test('many Secrets cost nothing where all may be read', async ({ people: { developer } }) => {
  const configurations = Array.from({ length: 200 }, (_, index) => ({
    dataId: `d${index}`,
    contentFrom: { secretKeyRef: { name: `s${index}`, key: 'k' } },
  }));
  await developer(['create', '-f', '-', '--dry-run=server'], nacos('many', { initialData: { configurations } }));
});

test('the policy is what the API server calls free of faults', async ({ cluster, people: _ }) => {
  const names = read(join(synth(), '05-admission.k8s.yaml')).flatMap(({ kind, metadata }) =>
    kind === 'ValidatingAdmissionPolicy' ? [metadata.name ?? ''] : [],
  );
  for (const name of names) {
    const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${name}`;
    const checked = async () =>
      (await cluster.api.get<{ status?: { typeChecking?: object } }>(path)).status?.typeChecking;
    await expect.poll(checked, eventually).toEqual({});
  }
});
