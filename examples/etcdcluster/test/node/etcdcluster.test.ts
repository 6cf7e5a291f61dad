import { expect } from 'vitest';
import { testOnNodes } from '../../../../test/node/fixture.js';
import { etcdVersion } from '../../../../test/node/images/etcd.js';
import { pod, restricted } from '../../../../test/node/manifests.js';
import type { NodeCluster } from '../../../../test/node/node-cluster.js';
import { synth } from '../../../../test/synth.js';

const eventually = { timeout: 120_000, interval: 500 };
const test = testOnNodes(1);

/** A pod with Node.js that speaks to etcd as any client does. */
class Client {
  constructor(private readonly cluster: NodeCluster) {}

  async start(): Promise<void> {
    await this.cluster.apply(
      pod('client', restricted({ image: 'node:24-slim', command: ['node', '-e', 'setInterval(() => {}, 1000)'] })),
    );
    await this.cluster.podReady('client', 60);
  }

  /** @param host a Service, or a member by its name in the headless one */
  async ask<T>(path: string, body: object, host = 'example-client'): Promise<T> {
    const request = `fetch('http://${host}:2379/v3/${path}', { method: 'POST', body: '${JSON.stringify(body)}' })`;
    const script = `${request}.then((answer) => answer.text()).then(console.log)`;
    return JSON.parse(await this.cluster.kubectl(['exec', 'client', '--', 'node', '-e', script])) as T;
  }

  async put(key: string, value: string): Promise<void> {
    await this.ask('kv/put', { key: base64(key), value: base64(value) });
  }

  /** @param serializable what this member has, whether or not the others agree */
  async get(key: string, host?: string, serializable = false): Promise<string | undefined> {
    type Range = { readonly kvs?: readonly { readonly value: string }[] };
    const { kvs } = await this.ask<Range>('kv/range', { key: base64(key), serializable }, host);
    return kvs?.[0] && Buffer.from(kvs[0].value, 'base64').toString();
  }

  async members(): Promise<{ readonly name: string; readonly ID: string; readonly learner: boolean }[]> {
    type List = { readonly members: readonly { name: string; ID: string; isLearner?: boolean }[] };
    const { members } = await this.ask<List>('cluster/member/list', { linearizable: true });
    return members
      .map(({ name, ID, isLearner = false }) => ({ name, ID, learner: isLearner }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async status(member: string): Promise<{ readonly version: string; readonly leader: string }> {
    return this.ask('maintenance/status', {}, `${member}.example`);
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const named = (size: number) => Array.from({ length: size }, (_, i) => `example-${i}`);

async function edit(cluster: NodeCluster, spec: object): Promise<void> {
  await cluster.kubectl(['patch', 'etcdcluster', 'example', '--type=merge', `--patch=${JSON.stringify({ spec })}`]);
}

/** Resolves when the operator says so of the latest spec. */
async function settled(cluster: NodeCluster): Promise<void> {
  const generations = '{.metadata.generation} {.status.observedGeneration}';
  const seen = async () => {
    const [asked, observed] = (
      await cluster.kubectl(['get', 'etcdcluster', 'example', `-o=jsonpath=${generations}`])
    ).split(' ');
    return asked === observed;
  };
  await expect.poll(seen, eventually).toBe(true);
  await cluster.kubectl(['wait', '--for=condition=Ready', 'etcdcluster/example', '--timeout=180s']);
}

/** Membership changes that the operator logs, in order. */
async function changes(cluster: NodeCluster): Promise<string[]> {
  const selection = ['--namespace=etcdcluster-operator', '--selector=app.kubernetes.io/name=etcdcluster-operator'];
  const log = await cluster.kubectl(['logs', ...selection, '--tail=-1']);
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  const reconciliations = lines.map((line) => JSON.parse(line) as { readonly changes?: readonly string[] });
  return reconciliations.flatMap(({ changes = [] }) => changes).filter((change) => /Member|Leader/.test(change));
}

test.beforeAll(async ({ cluster }) => {
  await cluster.kubectl(['apply', '--filename', synth('examples/etcdcluster')]);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd/etcdclusters.etcd.database.coreos.com']);
  const spec = { size: 3, version: await etcdVersion('etcd-3.6') };
  await cluster.apply({
    apiVersion: 'etcd.database.coreos.com/v1beta2',
    kind: 'EtcdCluster',
    metadata: { name: 'example' },
    spec,
  });
  await new Client(cluster).start();
});

test('three members come up, one joins after the other', async ({ cluster }) => {
  await settled(cluster);
  const client = new Client(cluster);
  await client.put('greeting', 'hello');
  expect((await client.members()).map(({ name, learner }) => [name, learner])).toEqual(
    named(3).map((name) => [name, false]),
  );
  expect(await changes(cluster)).toEqual(
    named(3)
      .slice(1)
      .flatMap((name) => [`AddMember ${name}`, `PromoteMember ${name}`]),
  );
});

test('from 3 to 5: each new member has the data before it votes', async ({ cluster }) => {
  const client = new Client(cluster);
  const before = (await changes(cluster)).length;
  await edit(cluster, { size: 5 });
  await settled(cluster);
  expect((await client.members()).map(({ name, learner }) => [name, learner])).toEqual(
    named(5).map((name) => [name, false]),
  );
  expect((await changes(cluster)).slice(before)).toEqual(
    ['example-3', 'example-4'].flatMap((name) => [`AddMember ${name}`, `PromoteMember ${name}`]),
  );
  for (const name of named(5)) expect(await client.get('greeting', `${name}.example`, true)).toBe('hello');
});

test('from 5 to 3: the leader hands over, a member is removed before its pod stops, its volume goes', async ({
  cluster,
}) => {
  const client = new Client(cluster);
  const members = await client.members();
  const { leader } = await client.status('example-0');
  const host = `${members.find(({ ID }) => ID === leader)?.name}.example`;
  await client.ask('maintenance/transfer-leadership', { targetID: members[4]?.ID }, host);
  const before = (await changes(cluster)).length;
  await edit(cluster, { size: 3 });
  await settled(cluster);
  expect((await client.members()).map(({ name }) => name)).toEqual(named(3));
  expect((await changes(cluster)).slice(before)).toEqual([
    'MoveLeader to example-0',
    'RemoveMember example-4',
    'RemoveMember example-3',
  ]);
  const claims = () => cluster.kubectl(['get', 'persistentvolumeclaims', '-o=jsonpath={.items[*].metadata.name}']);
  await expect.poll(claims, eventually).toBe('data-example-0 data-example-1 data-example-2');
  expect(await client.get('greeting')).toBe('hello');
});

test('a new version reaches one member after the other, and the data stays', async ({ cluster }) => {
  const client = new Client(cluster);
  const version = await etcdVersion('etcd');
  await edit(cluster, { version });
  await settled(cluster);
  for (const name of named(3)) expect(await client.status(name)).toMatchObject({ version });
  expect(await client.get('greeting')).toBe('hello');
  const back = edit(cluster, { version: await etcdVersion('etcd-3.6') });
  await expect(back).rejects.toThrow('etcd goes up one minor version at a time and never down');
});

/** As many restarts as it takes to see that a member does not start with an empty volume. */
async function staysOut(cluster: NodeCluster, ...names: string[]): Promise<void> {
  for (const name of names) {
    const restarts = '-o=jsonpath={.status.containerStatuses[0].restartCount}';
    const ended = () => cluster.kubectl(['get', 'pod', name, restarts]).catch(() => '');
    const seen = expect.poll(async () => Number(await ended()), eventually).toBeGreaterThan(0);
    await seen.catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await cluster.kubectl(['describe', `pod/${name}`, `pvc/data-${name}`])}`);
    });
  }
}

async function loseVolumes(cluster: NodeCluster, ...names: string[]): Promise<void> {
  await cluster.kubectl(['delete', '--wait=false', ...names.flatMap((name) => [`pvc/data-${name}`, `pod/${name}`])]);
}

test('a member that lost its volume stays out, and joins with the data once it was removed from the list', async ({
  cluster,
}) => {
  const client = new Client(cluster);
  const before = await client.members();
  await loseVolumes(cluster, 'example-2');
  await staysOut(cluster, 'example-2');
  expect(await client.members()).toEqual(before);
  await expect(client.status('example-2')).rejects.toThrow();
  await client.put('greeting', 'still here');
  await client.ask('cluster/member/remove', { ID: before[2]?.ID });
  const joinedAgain = async () =>
    (await client.members()).find(({ name, learner }) => name === 'example-2' && !learner)?.ID;
  await expect.poll(joinedAgain, { ...eventually, timeout: 240_000 }).toMatch(/^\d+$/);
  expect(await joinedAgain()).not.toBe(before[2]?.ID);
  await settled(cluster);
  expect(await client.get('greeting', 'example-2.example', true)).toBe('still here');
});

test('two of three volumes lost: it says so, and a member that came back empty has no vote', async ({ cluster }) => {
  const client = new Client(cluster);
  await loseVolumes(cluster, 'example-1', 'example-2');
  await cluster.kubectl(['wait', '--for=condition=Stalled', 'etcdcluster/example', '--timeout=120s']);
  const condition = '{.status.conditions[?(@.type=="Stalled")]}';
  const { reason, message } = JSON.parse(
    await cluster.kubectl(['get', 'etcdcluster', 'example', `-o=jsonpath=${condition}`]),
  ) as { readonly reason: string; readonly message: string };
  expect(reason).toBe('QuorumLost');
  expect(message).toMatch(/^example-1, example-2 do not answer, and 2 of 3 members must/);
  await staysOut(cluster, 'example-1', 'example-2');
  await cluster.kubectl(['wait', '--for=condition=Stalled', 'etcdcluster/example', '--timeout=0s']);
  expect(await client.get('greeting', 'example-0.example', true)).toBe('still here');
});
