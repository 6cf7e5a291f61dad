import { Client, readConnection } from 'cdk8s-reconciler/client';
import { compare } from 'cdk8s-reconciler/plan';
import { type ExpectStatic, expect, onTestFinished } from 'vitest';
import { applied } from '../../lib/cli/applied.js';
import type { Cluster } from '../../lib/cli/cluster.js';
import { diff } from '../../lib/cli/diff.js';
import { inCluster, plan } from '../../lib/cli/plan.js';
import { planIn } from '../../lib/forecast/in-cluster.js';
import type { Plan } from '../../lib/forecast/plan.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { withDefaults } from '../../lib/resource/validate.js';
import type { KubernetesObject } from '../kubernetes-object.js';
import { Deeds } from './deeds.js';
import { storageClass } from './fake-volumes.js';
import { type Manifest, read } from './manifests.js';
import { NacosMembers } from './nacos-members.js';
import { isolated } from './network.js';
import { apply, test as base, nacosOf } from './operator.js';
import { merged, type Spec, type Story, stories, withoutNulls } from './random-changes.js';
import type { TestCluster } from './test-cluster.js';

const patience = { timeout: 240_000, interval: 300 };
const all = stories(13, 20261130);

const samples = ['test/samples/nacos-single.yaml', 'test/samples/nacos-cluster.yaml', 'dist/90-samples.k8s.yaml']
  .flatMap((path) => (read(path) as Sample[]).map((manifest) => ({ ...manifest, path })))
  .filter(({ kind }) => kind === 'Nacos')
  .map(({ metadata, spec, path }) => ({ name: `${metadata.name}-${path.split('/')[0]}`, spec: played(spec) }));
const clusters = [...all, ...samples].filter(({ spec }) => spec.type === 'cluster').map(({ name }) => name);

const test = base
  .extend('deeds', { scope: 'file' }, async ({ cluster, operator: _ }, { onCleanup }) => {
    for (const name of clusters) {
      const members = new NacosMembers(cluster, name);
      // Who is elected otherwise is not foreseen.
      members.keepsLeaders = true;
      cluster.kubelet.script({ labels: { app: name } }, members);
    }
    const login = ['--from-literal=username=u', '--from-literal=password=p'];
    await cluster.kubectl(['create', 'secret', 'generic', 'login', ...login]);
    const deeds = new Deeds(cluster);
    const ending = new AbortController();
    await deeds.follow(ending.signal);
    onCleanup(() => ending.abort());
    return deeds;
  })
  .extend('client', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
    const client = new Client(await readConnection({ KUBECONFIG: cluster.kubeconfig }), 'test');
    onCleanup(() => client.close());
    return client;
  });

interface Sample extends Manifest {
  readonly spec: Spec;
}

/** Node ports are of all tests of the cluster together. */
function played({ console: _, service: __, ...spec }: Spec): Spec {
  const database = spec.database as Spec | undefined;
  return database?.credentialsSecret
    ? { ...spec, database: { ...database, credentialsSecret: { name: 'login' } } }
    : spec;
}

interface Scene {
  readonly cluster: TestCluster;
  readonly deeds: Deeds;
  readonly client: Client;
  /** Of the test: several run at the same time. */
  readonly expect: ExpectStatic;
}

type Live = Awaited<ReturnType<Deeds['children']>>;

/** A change of an object: what it is to become, and what makes it that. */
interface Change {
  readonly what: string;
  wanted(before: NacosObject | undefined): NacosObject;
  make(): Promise<unknown>;
}

/** A spec is applied. */
function application(cluster: TestCluster, name: string, spec: object): Change {
  return {
    what: JSON.stringify(spec),
    wanted: (before) => applied(before, manifestOf(cluster, name, spec)),
    make: () => apply(cluster, name, spec),
  };
}

/** The command is run that a refusal names as a way out, such as to accept that data is lost. */
function consent(cluster: TestCluster, name: string, { refused }: Plan): Change | undefined {
  const [, key = '', value = ''] = refused.flatMap(
    ({ message }) => /kubectl annotate nacos \S+ -n \S+ --overwrite (\S+)=([^\s$]+)$/.exec(message) ?? [],
  );
  if (!key) return undefined;
  return {
    what: `${key}=${value}`,
    wanted: (before) => {
      const { metadata } = before!;
      return { ...before!, metadata: { ...metadata, annotations: { ...metadata.annotations, [key]: value } } };
    },
    make: () => cluster.kubectl(['annotate', 'nacos', name, '--overwrite', `${key}=${value}`]),
  };
}

/** Makes a change, and compares what was foretold with what was done. */
async function play({ cluster, deeds, client, expect }: Scene, name: string, change: Change): Promise<Plan> {
  const live = await deeds.children(name);
  const before = await nacosOf(cluster, name).catch(() => undefined);
  const foretold = await planIn(client, before, change.wanted(before));
  const [steps, gone] = [deeds.steps(name).length, deeds.gone(name).length];
  const taken = await change.make().then(
    () => true,
    (error: Error) => {
      expect(error.message).toContain('is invalid');
      return false;
    },
  );
  const done = async () => {
    const [now, nacos] = [await deeds.children(name), await nacosOf(cluster, name)];
    return {
      steps: onceEach(deeds.steps(name).slice(steps)),
      restarts: deeds
        .gone(name)
        .slice(gone)
        .filter((pod) => isServer(pod, now)),
      children: changesOf(live, now),
      others: otherThan(foretold, now),
      phase: nacos.status?.phase,
      refused: isRefused(nacos),
      isSeen: isSeen(nacos),
    };
  };
  await expect.poll(done, { ...patience, message: `${name} ${change.what}` }).toEqual({
    steps: stepsOf(foretold),
    restarts: foretold.restarts,
    children: foretold.children.map(({ change, kind, name }) => `${change} ${kind} ${name}`).sort(),
    others: [],
    phase: foretold.phase,
    refused: taken && foretold.refused.length > 0,
    isSeen: true,
  });
  if (!taken) expect(foretold.refused).not.toEqual([]);
  return foretold;
}

function manifestOf({ namespace }: TestCluster, name: string, spec: object): NacosObject {
  return withDefaults({ metadata: { name, namespace }, spec });
}

function stepsOf({ steps }: Plan): string[] {
  return onceEach(steps);
}

/** A step may be repeated until it shows. */
function onceEach(steps: readonly string[]): string[] {
  return steps.filter((step, i) => step !== steps[i - 1]);
}

/** Whether a pod that went came back; others were scaled away. */
function isServer(pod: string, now: Live): boolean {
  const { spec } = [...now.values()].find(({ kind }) => kind === 'StatefulSet') ?? {};
  return Number(pod.slice(pod.lastIndexOf('-') + 1)) < Number(spec?.replicas);
}

function isSeen({ status, metadata }: NacosObject): boolean | undefined {
  const of = (name: string) => status?.conditions?.find(({ type }) => type === name);
  return of('Paused')?.status === 'True' || of('Ready')?.observedGeneration === metadata.generation;
}

/** By what a human has to look at: what is stalled, or waits for another spec. */
function isRefused({ status }: NacosObject): boolean {
  return !!status?.conditions?.some(
    ({ type, status, message = '' }) =>
      status === 'True' && (type === 'Stalled' || (type === 'Reconciling' && /(^|: )spec\.\w+: /.test(message))),
  );
}

/** Children are changed where another digest of what was rendered is on them. */
function changesOf(before: Live, now: Live): string[] {
  const digest = (live: Live, id: string) => live.get(id)?.metadata.annotations?.['nacos.io/applied'];
  return [...new Set([...before.keys(), ...now.keys()])]
    .flatMap((id) => {
      if (!before.has(id)) return [`created ${id}`];
      if (!now.has(id)) return [`removed ${id}`];
      return digest(before, id) === digest(now, id) ? [] : [`changed ${id}`];
    })
    .sort();
}

/** Fields of children that are not as foretold; revisions of Secrets are made up in a plan. */
function otherThan({ after }: Plan, now: Live): string[] {
  return after.flatMap((child) => {
    const id = `${child.kind} ${child.metadata?.name}`;
    const paths = compare(child, (now.get(id) ?? {}) as KubernetesObject);
    return paths.filter((path) => !path.includes('nacos.io/secrets-revision')).map((path) => `${id}: ${path}`);
  });
}

/** What is refused is taken back, which is a change too; every second time it is consented to, where that can be. */
async function playAll(scene: Scene, { name, spec, changes }: Story): Promise<void> {
  const { cluster, expect } = scene;
  const become = (to: Spec) => play(scene, name, application(cluster, name, withoutNulls(to)));
  let [current, consents] = [spec, 0];
  await become(current);
  for (const change of changes) {
    const { paused: _, ...running } = current;
    const next = merged(running, change);
    const foretold = await become(next);
    const offered = foretold.refused.length === 1 ? consent(cluster, name, foretold) : undefined;
    const given = offered && consents++ % 2 === 0 ? offered : undefined;
    if (given) expect((await play(scene, name, given)).refused).toEqual([]);
    if (given || foretold.refused.length === 0) current = next;
    else {
      await become(running);
      current = running;
    }
  }
  await expectNothing(scene, manifestOf(cluster, name, withoutNulls(current)));
}

/** What has just been applied is no change, to `plan` and to `diff`. */
async function expectNothing({ cluster, client, expect }: Scene, manifest: NacosObject): Promise<void> {
  const { name } = manifest.metadata;
  const asCluster = {
    instance: () => nacosOf(cluster, name),
    plan: (before: NacosObject | undefined, after: NacosObject) => planIn(client, before, after),
  } as unknown as Cluster;
  const nothing = `Nacos ${cluster.namespace}/${name}: nothing changes\n`;
  expect(await plan([manifest], inCluster(asCluster))).toMatchObject({ text: nothing, failed: false });
  expect(await diff(asCluster, [manifest])).toEqual({ text: '', differs: false, unseen: [] });
}

test.runIf(isolated()).concurrent.for(all)(
  'what is foretold of random changes of $name is what is done',
  // Twenty changes and more, each of several restarts.
  { timeout: 900_000 },
  async (story, { cluster, deeds, client, expect }) => {
    await playAll({ cluster, deeds, client, expect }, story);
  },
);

test.runIf(isolated()).concurrent.for(samples)(
  'a plan after the apply of $name is empty',
  async ({ name, spec }, { cluster, deeds, client, expect }) => {
    await apply(cluster, name, spec);
    await expect.poll(async () => isSeen(await nacosOf(cluster, name)), patience).toBe(true);
    await expectNothing({ cluster, deeds, client, expect }, manifestOf(cluster, name, spec));
  },
);

test.runIf(isolated())(
  'a plan says what its caller may not look at, and goes by the status and its own rules',
  async ({ cluster, client, deeds: _ }) => {
    const { namespace, controlPlane } = cluster;
    await apply(cluster, 'own', { volume: { enabled: true } });
    await expect.poll(async () => (await nacosOf(cluster, 'own')).status?.phase, patience).toBe('Running');
    await cluster.kubectl(['create', 'serviceaccount', 'editor']);
    await cluster.kubectl(['create', 'role', 'editor', '--verb=get,list,patch', '--resource=nacos.nacos.io']);
    await cluster.kubectl(['create', 'rolebinding', 'editor', '--role=editor', `--serviceaccount=${namespace}:editor`]);
    const KUBECONFIG = await controlPlane.serviceAccountKubeconfig(namespace, 'editor');
    const editor = new Client(await readConnection({ KUBECONFIG }), 'test');
    onTestFinished(() => editor.close());
    const before = await nacosOf(cluster, 'own');
    const to = (spec: object) => ({ ...before, spec: { ...before.spec, ...spec } }) as NacosObject;
    const tooSmall = to({ resources: { requests: { memory: '4Gi' }, limits: { memory: '2Gi' } } });
    const { refused, restarts, unseen } = await planIn(editor, before, tooSmall);
    expect({ refused, restarts }).toEqual({ refused: [], restarts: ['own-0'] });
    expect(unseen.join('\n')).toMatch(
      /objects that are there: .*cannot list(.|\n)*takes StatefulSet .*own: .*cannot patch/,
    );
    expect((await planIn(editor, before, to({ version: '2.3.2' }))).refused).toMatchObject([{ path: 'spec.version' }]);
    const known = await planIn(client, before, tooSmall);
    expect(known).toMatchObject({ refused: [{ message: expect.stringMatching(/memory limit/) }], unseen: [] });
  },
);

test.runIf(isolated())(
  'a plan finds that the StorageClass lets no volume grow',
  async ({ cluster, client, deeds: _ }) => {
    const rigid = `rigid-${cluster.namespace}`;
    const { provisioner } = await cluster.api.get<{ provisioner: string }>(
      `/apis/storage.k8s.io/v1/storageclasses/${storageClass}`,
    );
    const metadata = { name: rigid };
    const of = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, provisioner };
    await cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ ...of, volumeBindingMode: 'WaitForFirstConsumer' }));
    onTestFinished(async () => void (await cluster.kubectl(['delete', 'storageclass', rigid])));
    const volume = (storage: string) => ({ volume: { enabled: true, storageClass: rigid, requests: { storage } } });
    await apply(cluster, 'rigid', volume('10Gi'));
    await expect.poll(async () => (await nacosOf(cluster, 'rigid')).status?.phase, patience).toBe('Running');
    const before = await nacosOf(cluster, 'rigid');
    const { refused, steps } = await planIn(
      client,
      before,
      applied(before, manifestOf(cluster, 'rigid', volume('20Gi'))),
    );
    expect(steps).toEqual([]);
    await apply(cluster, 'rigid', volume('20Gi'));
    const stalled = async () =>
      (await nacosOf(cluster, 'rigid')).status?.conditions?.find(({ type }) => type === 'Stalled')?.message;
    await expect.poll(stalled, patience).toBe(refused[0]?.message);
  },
);
