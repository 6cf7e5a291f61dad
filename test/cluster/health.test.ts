import { expect } from 'vitest';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, phase, podsOf, test } from './operator.js';

const here = test.runIf(isolated());
const image = 'nacos/nacos-server:v2.3.2';
const volume = { enabled: true };

here('a server that hangs while its pod looks ready is shown, and delays no other', async ({ cluster, operator }) => {
  const names = Array.from({ length: 20 }, (_, i) => `many-${i}`);
  await Promise.all(names.map((name) => apply(cluster, name, { image, volume })));
  for (const name of names) await expect.poll(phase(cluster, name), eventually).toBe('Running');
  const hung = operator.pods.servers.get('many-0-0')!;
  hung.hung = true;
  const healthy = async () => (await conditionOf(cluster, 'many-0', 'MembersHealthy'))?.message;
  await expect.poll(healthy, { ...eventually, timeout: 60_000 }).toMatch(/many-0-0 \(no answer within 5 s\)/);
  expect(await phase(cluster, 'many-0')()).toBe('Degraded');
  await apply(cluster, 'many-1', { image, volume, podLabels: { team: 'red' } });
  await expect
    .poll(() => cluster.kubectl(['get', 'pods', '-l', 'team=red', '-o', 'name']), eventually)
    .toContain('many-1-0');
  for (const name of names.slice(1)) expect(await phase(cluster, name)()).toMatch(/Running|Updating|Degraded/);
  hung.hung = false;
  await expect.poll(phase(cluster, 'many-0'), eventually).toBe('Running');
  await cluster.kubectl(['delete', 'nacos', ...names, '--wait=false']);
});

here(
  'children go with the object, volumes stay unless they are not to be retained',
  async ({ cluster, operator: _ }) => {
    await apply(cluster, 'staying', { image, certification: { enabled: true }, volume });
    await expect.poll(phase(cluster, 'staying'), eventually).toBe('Running');
    await apply(cluster, 'passing', { image, certification: { enabled: true }, volume: { ...volume, retain: false } });
    await expect.poll(phase(cluster, 'passing'), eventually).toBe('Running');
    await cluster.kubectl(['delete', 'nacos', 'staying', 'passing']);
    const left = async () =>
      (await cluster.kubectl(['get', 'statefulsets,services,secrets,configmaps,pvc', '-o', 'name']))
        .split('\n')
        .filter((name) => /staying|passing/.test(name));
    await expect.poll(left, eventually).toEqual(['secret/staying-auth', 'persistentvolumeclaim/db-staying-0']);
  },
);

here.for(['app', 'component'])(
  'a pod that hands took the label %s off is named, and the command in the message takes it back',
  async (label, { cluster, operator: _ }) => {
    const name = `without-${label}`;
    await apply(cluster, name, { image });
    await expect.poll(phase(cluster, name), eventually).toBe('Running');
    const uid = () => cluster.kubectl(['get', 'pod', `${name}-0`, '-o', 'jsonpath={.metadata.uid}']);
    const before = await uid();
    await cluster.kubectl(['label', 'pod', `${name}-0`, `${label}-`]);
    const stalled = () => conditionOf(cluster, name, 'Stalled');
    await expect.poll(stalled, eventually).toMatchObject({ status: 'True', reason: 'PodInTheWay' });
    expect(await phase(cluster, name)()).toBe('Failed');
    const [, command = ''] = /kubectl ([^,]+),/.exec((await stalled())?.message ?? '') ?? [];
    await cluster.kubectl(command.split(' '));
    await expect.poll(phase(cluster, name), eventually).toBe('Running');
    expect(await uid()).toBe(before);
  },
);

here('a pod on a node that vanished is shown, with what to do', async ({ cluster, operator: _ }) => {
  await apply(cluster, 'lost', { image });
  await expect.poll(phase(cluster, 'lost'), eventually).toBe('Running');
  const node = await cluster.kubectl(['get', 'pod', 'lost-0', '-o', 'jsonpath={.spec.nodeName}']);
  await cluster.kubelet.loseNode(node);
  await cluster.kubectl(['delete', 'pod', 'lost-0', '--wait=false', '--grace-period=1']);
  const stalled = () => conditionOf(cluster, 'lost', 'Stalled');
  await expect.poll(async () => (await stalled())?.reason, { ...eventually, timeout: 150_000 }).toBe('NodeLost');
  const [command = ''] = /kubectl delete pod lost-0 .*--force/.exec((await stalled())?.message ?? '') ?? [];
  await cluster.kubectl(command.split(' ').slice(1));
  // The next one waits for a node.
  await expect.poll(async () => (await podsOf(cluster, 'lost')).length, eventually).toBe(1);
  await cluster.kubelet.recoverNode(node);
  await expect.poll(phase(cluster, 'lost'), eventually).toBe('Running');
});

here(
  'an instance that is paused, or held by a finalizer, reports the pod that it has lost',
  async ({ cluster, operator: _ }) => {
    const names = ['left', 'held'];
    const patch = (name: string, body: object) =>
      cluster.kubectl(['patch', 'nacos', name, '--type=merge', '-p', JSON.stringify(body)]);
    for (const name of names) await apply(cluster, name, { image });
    for (const name of names) await expect.poll(phase(cluster, name), eventually).toBe('Running');
    await patch('left', { spec: { paused: true } });
    await patch('held', { metadata: { finalizers: ['example.com/hold'] } });
    await cluster.kubectl(['delete', 'nacos', 'held', '--wait=false']);
    await expect.poll(phase(cluster, 'held'), eventually).toBe('Terminating');
    await cluster.kubelet.stopScheduling();
    await cluster.kubectl(['delete', 'pod', ...names.map((name) => `${name}-0`)]);
    for (const name of names) {
      const ready = async () => (await conditionOf(cluster, name, 'Ready'))?.status;
      await expect.poll(ready, eventually).toBe('False');
    }
    expect(await phase(cluster, 'left')()).not.toBe('Running');
    await cluster.kubelet.resumeScheduling();
    await expect.poll(phase(cluster, 'left'), eventually).toBe('Running');
    await patch('held', { metadata: { finalizers: null } });
    await cluster.kubectl(['delete', 'nacos', ...names, '--wait=false', '--ignore-not-found']);
  },
);
