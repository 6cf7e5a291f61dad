import type { PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import type { FakePod } from './fake-pod.js';
import { isolated } from './network.js';
import { apply, conditionOf, eventually, type Operator, phase, test } from './operator.js';
import { crashLoop, type PodScript } from './pod-scripts.js';
import type { TestCluster } from './test-cluster.js';

/** Ways out of docs/operations/repair.md that nothing real is needed for, from `Stalled` to Running. */
const here = test.runIf(isolated());
const patient = { ...eventually, timeout: 180_000 };
const volume = { enabled: true };
const standalone = (version: string, more: object = {}) => ({ version, volume, ...more });
/** The API server refuses a version that is older. */
const ofImage = (version: string) => ({ image: `nacos/nacos-server:v${version}`, volume });
const members = (version: string, replicas: number, more: object = {}) =>
  standalone(version, { type: 'cluster', replicas, ...more });
const onMysql = (version: string) => ({
  version,
  database: { type: 'mysql', mysqlHost: 'db', schema: 'External', credentialsSecret: { name: 'db-login' } },
});

const running = (cluster: TestCluster, name: string) => expect.poll(phase(cluster, name), patient).toBe('Running');

/** The message. */
async function stalled(cluster: TestCluster, name: string, reason: string): Promise<string> {
  const condition = () => conditionOf(cluster, name, 'Stalled');
  await expect.poll(condition, patient).toMatchObject({ status: 'True', reason });
  expect(await phase(cluster, name)()).toBe('Failed');
  return (await condition())?.message ?? '';
}

const reached = (cluster: TestCluster, name: string) =>
  cluster.kubectl(['get', 'nacos', name, '-o', 'jsonpath={.status.version}']);

const specs: readonly [string, string, object, object][] = [
  ['DowngradeRefused', 'set the version in status.version', ofImage('2.3.2'), ofImage('2.0.4')],
  ['EmbeddedUpgradeRefused', 'set the version back', standalone('2.0.4'), standalone('2.3.2')],
  [
    'DomainChangeRefused',
    'set back what the message says',
    members('2.3.2', 3),
    members('2.3.2', 3, { clusterDomain: 'other.example' }),
  ],
  ['SizeRefused', 'set spec.replicas to 3', members('3.0.3', 3), members('3.0.3', 1)],
  [
    'DataElsewhere',
    'take volumes and volumeMounts back',
    standalone('2.3.2'),
    standalone('2.3.2', {
      k8sWrapper: {
        PodSpec: {
          volumes: [{ name: 'other', emptyDir: {} }],
          containers: [{ name: 'dataelsewhere', volumeMounts: [{ name: 'other', mountPath: '/home/nacos/data' }] }],
        },
      },
    }),
  ],
];

here.for(specs)('%s: %s', async ([reason, , good, bad], { cluster, operator: _ }) => {
  const name = reason.toLowerCase();
  await apply(cluster, name, good);
  await running(cluster, name);
  const version = await reached(cluster, name);
  await apply(cluster, name, bad);
  await stalled(cluster, name, reason);
  expect(await reached(cluster, name)).toBe(version);
  await apply(cluster, name, good);
  await running(cluster, name);
});

here('UpgradePathRefused: first the version in between, then the next', async ({ cluster, operator }) => {
  operator.pods.sayTheirTag = true;
  await databaseLogin(cluster);
  await apply(cluster, 'path', onMysql('1.4.2'));
  await running(cluster, 'path');
  await apply(cluster, 'path', onMysql('2.3.2'));
  const [, between = ''] = /go to ([\d.]+) first/.exec(await stalled(cluster, 'path', 'UpgradePathRefused')) ?? [];
  for (const version of [between, '2.3.2']) {
    await apply(cluster, 'path', onMysql(version));
    await expect.poll(() => reached(cluster, 'path'), patient).toBe(version);
    await running(cluster, 'path');
  }
});

here('VersionUnknown: a human lets it become the version', async ({ cluster, operator }) => {
  operator.pods.sayTheirTag = true;
  await databaseLogin(cluster);
  await apply(cluster, 'beyond', onMysql('3.0.3'));
  await running(cluster, 'beyond');
  await apply(cluster, 'beyond', onMysql('3.9.0'));
  await type(cluster, await stalled(cluster, 'beyond', 'VersionUnknown'), /kubectl annotate nacos .*$/);
  await expect.poll(() => reached(cluster, 'beyond'), patient).toBe('3.9.0');
  await running(cluster, 'beyond');
});

/** The Secret that `onMysql` names, for whichever test comes first. */
async function databaseLogin(cluster: TestCluster): Promise<void> {
  const stringData = { username: 'nacos', password: 'nacos' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db-login' }, stringData };
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(secret));
}

/** A cluster whose claims are left. */
async function deleted(cluster: TestCluster, name: string): Promise<void> {
  await apply(cluster, name, members('2.3.2', 3));
  await running(cluster, name);
  const path = `/api/v1/namespaces/${cluster.namespace}/persistentvolumeclaims/db-${name}-2`;
  const mark = async () =>
    (await cluster.api.get<PersistentVolumeClaim>(path)).metadata?.annotations?.['nacos.io/data'];
  await expect.poll(mark, patient).toContain('"members":3');
  await cluster.kubectl(['delete', 'nacos', name, '--cascade=foreground']);
}

/** A command of a message. */
async function type(cluster: TestCluster, text: string, command: RegExp): Promise<void> {
  const [found = ''] = command.exec(text) ?? [];
  const [uid] = /\$\(kubectl (.*?)\)/.exec(found) ?? [];
  const value = uid ? await cluster.kubectl(uid.slice(2, -1).split(' ').slice(1)) : '';
  await cluster.kubectl(
    found
      .replace(uid ?? '', value)
      .split(' ')
      .slice(1),
  );
}

here('DataOfOthers: the claim is deleted, and its member starts empty', async ({ cluster, operator: _ }) => {
  await deleted(cluster, 'mixed');
  const mark = '{"origin":"other","type":"cluster","database":"embedded","members":3,"version":"2.3.2"}';
  await cluster.kubectl(['annotate', '--overwrite', 'pvc', 'db-mixed-2', `nacos.io/data=${mark}`]);
  await apply(cluster, 'mixed', members('2.3.2', 3));
  await type(cluster, await stalled(cluster, 'mixed', 'DataOfOthers'), /kubectl delete pvc .*? -n \S+(?=;)/);
  await running(cluster, 'mixed');
});

here('DataIncomplete: what is left is given up with consent', async ({ cluster, operator: _ }) => {
  await deleted(cluster, 'few');
  await cluster.kubectl(['delete', 'pvc', 'db-few-1', 'db-few-2']);
  await apply(cluster, 'few', members('2.3.2', 3));
  await type(cluster, await stalled(cluster, 'few', 'DataIncomplete'), /kubectl annotate pvc .*$/);
  await running(cluster, 'few');
});

here('IdentityChanged: the former one is put back, or all take the new one together', async ({ cluster, operator }) => {
  operator.pods.sayTheirTag = true;
  await apply(cluster, 'known', members('3.2.4', 3));
  await running(cluster, 'known');
  const former = operator.pods.servers.get('known-0')?.identity.value ?? '';
  const change = (identityValue: string) =>
    cluster.kubectl(['patch', 'secret', 'known-auth', '-p', JSON.stringify({ stringData: { identityValue } })]);
  await change('another');
  await stalled(cluster, 'known', 'IdentityChanged');
  await change(former);
  await running(cluster, 'known');
  await change('another');
  await type(cluster, await stalled(cluster, 'known', 'IdentityChanged'), /kubectl delete pod -n .*$/);
  await running(cluster, 'known');
  const identities = ['known-0', 'known-1', 'known-2'].map((pod) => operator.pods.servers.get(pod)?.identity.value);
  expect(identities).toEqual(['another', 'another', 'another']);
});

here('SecretImmutable: the Secret is made again with the same values', async ({ cluster, operator: _ }) => {
  await apply(cluster, 'immutable', standalone('2.3.2', { certification: { enabled: true } }));
  await running(cluster, 'immutable');
  const secret = () => cluster.kubectl(['get', 'secret', 'immutable-auth', '-o', 'json']).then(JSON.parse);
  const pause = (paused: boolean) =>
    cluster.kubectl(['patch', 'nacos', 'immutable', '--type=merge', '-p', JSON.stringify({ spec: { paused } })]);
  const lacking = [
    { op: 'remove', path: '/data/revisionKey' },
    { op: 'add', path: '/immutable', value: true },
  ];
  await cluster.kubectl(['patch', 'secret', 'immutable-auth', '--type=json', '-p', JSON.stringify(lacking)]);
  expect(await stalled(cluster, 'immutable', 'SecretImmutable')).toContain('revisionKey');
  await pause(true);
  // Of a pause by spec the condition is that of the generation before, which kubectl waits for in vain.
  const paused = 'jsonpath={.status.conditions[?(@.type=="Paused")].status}=True';
  await cluster.kubectl(['wait', 'nacos', 'immutable', `--for=${paused}`, '--timeout=60s']);
  const { immutable: _immutable, ...former } = await secret();
  await cluster.kubectl(['replace', '--force', '-f', '-'], JSON.stringify(former));
  await pause(false);
  await running(cluster, 'immutable');
  expect((await secret()).data).toMatchObject(former.data);
});

here('PodHeld: the finalizer of others is taken off', async ({ cluster, operator: _ }) => {
  await apply(cluster, 'held', standalone('2.3.2'));
  await running(cluster, 'held');
  const finalizers = (list: readonly string[]) =>
    cluster.kubectl([
      'patch',
      'pod',
      'held-0',
      '--type=merge',
      '-p',
      JSON.stringify({ metadata: { finalizers: list } }),
    ]);
  await finalizers(['example.com/audit']);
  await cluster.kubectl(['delete', 'pod', 'held-0', '--wait=false']);
  expect(await stalled(cluster, 'held', 'PodHeld')).toContain('example.com/audit');
  await finalizers([]);
  await running(cluster, 'held');
});

/** Waits with a reason until `mended`, and is a server then. */
function waiting(reason: string, operator: Operator, mended: (pod: Pod) => boolean): PodScript {
  return {
    async start(pod: FakePod) {
      while (!mended(pod.manifest)) {
        await pod.wait(reason, `as a kubelet says with ${reason}`);
        await pod.sleep(200);
      }
      await operator.pods.start(pod);
    },
    stop: (pod) => operator.pods.stop(pod),
  };
}

here.for(['ErrImageNeverPull', 'InvalidImageName'])(
  '%s: the image is corrected',
  async (reason, { cluster, operator }) => {
    const name = reason.toLowerCase();
    const isRight = ({ spec }: Pod) => spec?.containers[0]?.image?.startsWith('nacos/') === true;
    cluster.kubelet.script({ labels: { app: name } }, waiting(reason, operator, isRight));
    await apply(cluster, name, { image: 'wrong/nacos-server:v2.3.2' });
    await stalled(cluster, name, reason);
    await apply(cluster, name, { image: 'nacos/nacos-server:v2.3.2' });
    await running(cluster, name);
  },
);

here.for(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])(
  '%s: what is missing is created, and the same pod starts',
  async (reason, { cluster, operator }) => {
    const name = reason.toLowerCase();
    let isThere = false;
    cluster.kubelet.script(
      { labels: { app: name } },
      waiting(reason, operator, () => isThere),
    );
    await apply(cluster, name, standalone('2.3.2'));
    await stalled(cluster, name, reason);
    isThere = true;
    await running(cluster, name);
  },
);

here('OOMKilled: the limit is raised', async ({ cluster, operator }) => {
  const limited = (memory: string) => standalone('2.3.2', { resources: { limits: { memory } } });
  cluster.kubelet.script(
    { labels: { app: 'small' } },
    {
      start: (pod) => {
        const { memory } = pod.manifest.spec?.containers[0]?.resources?.limits ?? {};
        return memory === '64Mi'
          ? crashLoop({ exitCode: 137, reason: 'OOMKilled' }).start(pod)
          : operator.pods.start(pod);
      },
      stop: (pod) => operator.pods.stop(pod),
    },
  );
  await apply(cluster, 'small', limited('64Mi'));
  expect(await stalled(cluster, 'small', 'OOMKilled')).toContain('raise spec.resources.limits.memory');
  await apply(cluster, 'small', limited('1Gi'));
  await running(cluster, 'small');
});
