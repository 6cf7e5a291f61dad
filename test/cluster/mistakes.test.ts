import type { Secret, Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, phase, podsOf, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const here = test.runIf(isolated());
const token = Buffer.alloc(32, 'x').toString('base64');
const whole = { token, identityKey: 'key', identityValue: 'value', administratorPassword: 'first' };
const { identityValue: _, ...withoutIdentity } = whole;
const spec = (secretName: string) => ({ version: '2.3.2', certification: { enabled: true, secretName } });

async function write(cluster: TestCluster, name: string, values: Readonly<Record<string, string>>): Promise<void> {
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const manifest: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: Object.fromEntries(data) };
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(manifest));
}

/** Whether clients are led to the server, and which pod it is. */
async function served(cluster: TestCluster, name: string) {
  const path = `/api/v1/namespaces/${cluster.namespace}/services/${name}`;
  const { spec } = await cluster.api.get<Service>(path);
  const [pod] = await podsOf(cluster, name);
  return { closed: spec?.selector?.['nacos.io/client-traffic'] !== undefined, pod: pod?.metadata?.uid };
}

/** Of an instance and the Secret of the same name. */
const mistakes: Readonly<Record<string, readonly [string, (cluster: TestCluster, name: string) => Promise<unknown>]>> =
  {
    'token-too-short': ['KeysUnusable', (cluster, name) => write(cluster, name, { ...whole, token: 'c2hvcnQ=' })],
    'no-key': ['KeysMissing', (cluster, name) => write(cluster, name, withoutIdentity)],
    'line-break': ['KeysUnusable', (cluster, name) => write(cluster, name, { ...whole, identityValue: 'value\n' })],
    'no-secret': ['SecretMissing', (cluster, name) => cluster.kubectl(['delete', 'secret', name])],
    'wrong-name': ['SecretMissing', (cluster, name) => apply(cluster, name, spec('mistaken'))],
  };

// All at the same time, as the operator looks at such a Secret every half a minute only.
here(
  'mistakes in a Secret shut no client out and restart nothing, and say what to correct',
  async ({ cluster, operator: _ }) => {
    const tried = Object.entries(mistakes).map(async ([name, [reason, make]]) => {
      await write(cluster, name, whole);
      await apply(cluster, name, spec(name));
      await expect.poll(phase(cluster, name), eventually).toBe('Running');
      const before = await served(cluster, name);
      expect(before.closed).toBe(false);
      await make(cluster, name);
      const stalled = { status: 'True', reason };
      await expect.poll(() => conditionOf(cluster, name, 'Stalled'), eventually).toMatchObject(stalled);
      expect(await phase(cluster, name)()).toBe('Failed');
      expect(await served(cluster, name)).toEqual(before);
      await write(cluster, name, whole);
      await apply(cluster, name, spec(name));
      await expect.poll(phase(cluster, name), eventually).toBe('Running');
      expect(await served(cluster, name)).toEqual(before);
    });
    await Promise.all(tried);
  },
);

here('a lost status, or one that says something else, changes nothing that runs', async ({ cluster, operator: _ }) => {
  const name = 'line-break';
  const before = await served(cluster, name);
  const path = `/apis/nacos.io/v1alpha1/namespaces/${cluster.namespace}/nacos/${name}/status`;
  for (const status of [null, { desiredReplicas: 7, version: '9.9.9', selector: 'app=other', phase: 'Creating' }]) {
    await cluster.api.patch(path, { status });
    await expect.poll(phase(cluster, name), eventually).toBe('Running');
    expect(await served(cluster, name)).toEqual(before);
  }
});

here(
  'a StatefulSet that was deleted without its pods comes back around them, in steps and on no other database',
  async ({ cluster, operator }) => {
    await cluster.kubectl([
      'create',
      'secret',
      'generic',
      'login',
      '--from-literal=username=u',
      '--from-literal=password=p',
    ]);
    const credentialsSecret = { name: 'login' };
    const servers = (replicas: number, mysqlHost = 'db') => {
      const database = { type: 'mysql', mysqlHost, schema: 'External', credentialsSecret };
      return { type: 'cluster', version: '2.3.2', replicas, certification: { enabled: false }, database };
    };
    const uids = async () => (await podsOf(cluster, 'left')).map(({ metadata }) => metadata?.uid);
    await apply(cluster, 'left', servers(3));
    await expect.poll(phase(cluster, 'left'), eventually).toBe('Running');
    const before = await uids();
    await operator.stop();
    await cluster.kubectl(['delete', 'statefulset', 'left', '--cascade=orphan']);
    await apply(cluster, 'left', servers(1, 'other'));
    await operator.start();
    const refused = { status: 'True', reason: 'DatabaseChangeRefused' };
    await expect.poll(() => conditionOf(cluster, 'left', 'Stalled'), eventually).toMatchObject(refused);
    expect(await uids()).toEqual(before);

    await apply(cluster, 'left', servers(3));
    await expect.poll(phase(cluster, 'left'), eventually).toBe('Running');
    expect(await uids()).toEqual(before);
  },
);
