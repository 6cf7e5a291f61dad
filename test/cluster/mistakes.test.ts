import type { Secret, Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, phase, podsOf, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const here = test.runIf(isolated());
const token = Buffer.alloc(32, 'x').toString('base64');
const whole = { token, identityKey: 'key', identityValue: 'value', administratorPassword: 'first' };
const spec = (secretName: string) => ({ version: '2.3.2', certification: { enabled: true, secretName } });

async function write(cluster: TestCluster, values: Readonly<Record<string, string>>): Promise<void> {
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const manifest: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'mine' },
    data: Object.fromEntries(data),
  };
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(manifest));
}

/** Whether clients are led to the server, and which pod it is. */
async function served(cluster: TestCluster) {
  const path = `/api/v1/namespaces/${cluster.namespace}/services/safe`;
  const { spec } = await cluster.api.get<Service>(path);
  const [pod] = await podsOf(cluster, 'safe');
  return { closed: spec?.selector?.['nacos.io/client-traffic'] !== undefined, pod: pod?.metadata?.uid };
}

here(
  'mistakes in a Secret shut no client out and restart nothing, and say what to correct',
  async ({ cluster, operator: _ }) => {
    await write(cluster, whole);
    await apply(cluster, 'safe', spec('mine'));
    await expect.poll(phase(cluster, 'safe'), eventually).toBe('Running');
    const before = await served(cluster);
    expect(before.closed).toBe(false);
    const mistakes = [
      ['KeysUnusable', () => write(cluster, { ...whole, token: 'c2hvcnQ=' })],
      ['KeysUnusable', () => write(cluster, { ...whole, identityValue: 'value\n' })],
      ['SecretMissing', () => cluster.kubectl(['delete', 'secret', 'mine'])],
      [
        'SecretMissing',
        async () => {
          await write(cluster, whole);
          await apply(cluster, 'safe', spec('mien'));
        },
      ],
    ] as const;
    for (const [reason, make] of mistakes) {
      await make();
      const stalled = { status: 'True', reason };
      await expect.poll(() => conditionOf(cluster, 'safe', 'Stalled'), eventually).toMatchObject(stalled);
      expect(await phase(cluster, 'safe')()).toBe('Failed');
      expect(await served(cluster)).toEqual(before);
      await write(cluster, whole);
      await apply(cluster, 'safe', spec('mine'));
      await expect.poll(phase(cluster, 'safe'), eventually).toBe('Running');
    }
    expect(await served(cluster)).toEqual(before);
  },
);

here('a lost status, or one that says something else, changes nothing that runs', async ({ cluster, operator: _ }) => {
  const before = await served(cluster);
  const path = `/apis/nacos.io/v1alpha1/namespaces/${cluster.namespace}/nacos/safe/status`;
  for (const status of [null, { desiredReplicas: 7, version: '9.9.9', selector: 'app=other', phase: 'Creating' }]) {
    await cluster.api.patch(path, { status });
    await expect.poll(phase(cluster, 'safe'), eventually).toBe('Running');
    expect(await served(cluster)).toEqual(before);
  }
});
