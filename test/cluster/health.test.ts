import type { Secret, Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, phase, test } from './operator.js';

const here = test.runIf(isolated());
const image = 'nacos/nacos-server:v2.3.2';
const volume = { enabled: true };

here('a server that hangs while its pod looks ready is shown, and delays no other', async ({ cluster, operator }) => {
  const names = Array.from({ length: 20 }, (_, i) => `many-${i}`);
  await Promise.all(names.map((name) => apply(cluster, name, { image })));
  for (const name of names) await expect.poll(phase(cluster, name), eventually).toBe('Running');
  const hung = operator.pods.servers.get('many-0-0')!;
  hung.hung = true;
  const healthy = async () => (await conditionOf(cluster, 'many-0', 'MembersHealthy'))?.message;
  await expect.poll(healthy, { ...eventually, timeout: 60_000 }).toMatch(/many-0-0 \(no answer within 5 s\)/);
  expect(await phase(cluster, 'many-0')()).toBe('Creating');
  await apply(cluster, 'many-1', { image, podLabels: { team: 'red' } });
  await expect
    .poll(() => cluster.kubectl(['get', 'pods', '-l', 'team=red', '-o', 'name']), eventually)
    .toContain('many-1-0');
  for (const name of names.slice(1)) expect(await phase(cluster, name)()).toMatch(/Running|Creating/);
  hung.hung = false;
  await expect.poll(phase(cluster, 'many-0'), eventually).toBe('Running');
  await cluster.kubectl(['delete', 'nacos', ...names, '--wait=false']);
});

here('what was edited or deleted by hand comes back', async ({ cluster, operator: _ }) => {
  await apply(cluster, 'staying', { image, certification: { enabled: true }, volume });
  await expect.poll(phase(cluster, 'staying'), eventually).toBe('Running');
  const path = (kind: string, name: string) => `/api/v1/namespaces/${cluster.namespace}/${kind}/${name}`;
  const port = async () => (await cluster.api.get<Service>(path('services', 'staying'))).spec?.ports?.[0]?.port;
  await cluster.kubectl([
    'patch',
    'service',
    'staying',
    '--type=json',
    '-p',
    '[{"op":"replace","path":"/spec/ports/0/port","value":1}]',
  ]);
  await expect.poll(port, eventually).toBe(8848);

  const secret = () => cluster.api.get<Secret>(path('secrets', 'staying-auth'));
  const { data } = await secret();
  await cluster.kubectl(['label', 'secret', 'staying-auth', 'app=other', '--overwrite']);
  await expect.poll(async () => (await secret()).metadata?.labels?.app, eventually).toBe('staying');
  expect((await secret()).data).toEqual(data);

  const set = async () =>
    (
      await cluster.kubectl([
        'get',
        'statefulset',
        'staying',
        '--ignore-not-found',
        '-o',
        'jsonpath={.metadata.uid} {.spec.template.spec.containers[0].image}',
      ])
    ).split(' ');
  await cluster.kubectl(['set', 'image', 'statefulset/staying', 'staying=other']);
  await expect.poll(async () => (await set())[1], eventually).toBe(image);
  const [uid] = await set();
  await cluster.kubectl(['delete', 'statefulset', 'staying', '--cascade=orphan']);
  await expect.poll(async () => (await set())[0] || uid, eventually).not.toBe(uid);
  await expect.poll(phase(cluster, 'staying'), eventually).toBe('Running');
});

here('a change of config reaches the pods by a rolling change', async ({ cluster, operator: _ }) => {
  const pod = async () =>
    (await cluster.kubectl([
      'get',
      'pod',
      'staying-0',
      '--ignore-not-found',
      '-o',
      'jsonpath={.metadata.uid} {.spec.containers[0].env}',
    ])) || ' ';
  const [before] = (await pod()).split(' ');
  await apply(cluster, 'staying', {
    image,
    certification: { enabled: true },
    volume,
    config: 'nacos.prometheus.metrics.enabled=true',
  });
  await expect.poll(pod, eventually).toContain('nacos.prometheus.metrics.enabled');
  expect((await pod()).split(' ')[0]).not.toBe(before);
  await expect.poll(phase(cluster, 'staying'), eventually).toBe('Running');
});

here(
  'children go with the object, volumes stay unless they are not to be retained',
  async ({ cluster, operator: _ }) => {
    await apply(cluster, 'passing', { image, certification: { enabled: true }, volume: { ...volume, retain: false } });
    await expect.poll(phase(cluster, 'passing'), eventually).toBe('Running');
    await cluster.kubectl(['delete', 'nacos', 'staying', 'passing']);
    const left = async () =>
      (await cluster.kubectl(['get', 'statefulsets,services,secrets,configmaps,pvc', '-o', 'name']))
        .split('\n')
        .filter((name) => /staying|passing/.test(name));
    await expect.poll(left, eventually).toEqual(['persistentvolumeclaim/db-staying-0']);
  },
);

here('a pod on a node that vanished is shown, with what to do', async ({ cluster, operator: _ }) => {
  await apply(cluster, 'lost', { image });
  await expect.poll(phase(cluster, 'lost'), eventually).toBe('Running');
  const node = await cluster.kubectl(['get', 'pod', 'lost-0', '-o', 'jsonpath={.spec.nodeName}']);
  cluster.kubelet.loseNode(node);
  await cluster.kubectl(['delete', 'pod', 'lost-0', '--wait=false']);
  const stalled = async () => (await conditionOf(cluster, 'lost', 'Stalled'))?.reason;
  await expect.poll(stalled, { ...eventually, timeout: 150_000 }).toBe('NodeLost');
  expect((await conditionOf(cluster, 'lost', 'Stalled'))?.message).toContain('kubectl delete pod lost-0');
  cluster.kubelet.recoverNode(node);
  await expect.poll(phase(cluster, 'lost'), eventually).toBe('Running');
});
