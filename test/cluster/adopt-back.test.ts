import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { expect } from 'vitest';
import { differences } from '../../lib/forecast/differences.js';
import { officialChildren } from '../official.js';
import { isolated } from './network.js';
import { adopted, agree, image, made, patient, ready, seen, serviceOf, setOf } from './official.js';
import { apply, nacosOf, phase, podsOf, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';
import { Witness } from './witness.js';

const volume = { enabled: true, requests: { storage: '10Gi' } };
const spec = { type: 'cluster', image, replicas: 3, volume };
const prod = { name: 'prod', spec };

/** Of helm charts: nacos-group/nacos-k8s (helm/templates/service.yaml), and ygqygq2/nacos-helm, with ports by name. */
const chartServices = {
  'nacos-cs': [8848, 9848].map((port) => ({ name: `port-${port}`, port, targetPort: port })),
  nacos: [
    { name: 'http', port: 8080, targetPort: 'http' },
    { name: 'server', port: 8848, targetPort: 'server' },
  ],
};
const selector = { 'app.kubernetes.io/name': 'nacos', 'app.kubernetes.io/instance': 'nacos' };

test.runIf(isolated())(
  'the Service of a chart leads its clients to a Nacos of another name',
  async ({ cluster, operator: _ }) => {
    for (const [name, ports] of Object.entries(chartServices)) {
      const service = { metadata: { name }, spec: { ports, selector } };
      await cluster.api.create(`/api/v1/namespaces/${cluster.namespace}/services`, service);
    }
    await apply(cluster, 'prod', spec);
    await expect.poll(phase(cluster, 'prod'), patient).toBe('Running');
    const select = /kubectl set selector service nacos-cs .*/;
    await type(cluster, select);
    await type(cluster, select, (line) => line.replace('nacos-cs', 'nacos'));
    await type(cluster, /kubectl patch service nacos .*/);

    // Their controller writes the last one a moment later.
    await expect.poll(() => endpointsOf(cluster, 'prod-client'), patient).toHaveLength(3);
    const addresses = await endpointsOf(cluster, 'prod-client');
    for (const name of Object.keys(chartServices)) {
      await expect.poll(() => endpointsOf(cluster, name), patient).toEqual(addresses);
      expect(await portsOf(cluster, name)).toEqual([8848, 9848]);
    }
  },
);

async function slicesOf({ api, namespace }: TestCluster, service: string): Promise<readonly EndpointSlice[]> {
  const label = `kubernetes.io/service-name%3D${service}`;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${label}`;
  return (await api.list<EndpointSlice>(path)).items;
}

async function endpointsOf(cluster: TestCluster, service: string): Promise<string[]> {
  const endpoints = (await slicesOf(cluster, service)).flatMap((slice) => slice.endpoints ?? []);
  return endpoints.flatMap(({ addresses }) => addresses).sort();
}

/** By which clients reach servers. */
async function portsOf(cluster: TestCluster, service: string): Promise<(number | undefined)[]> {
  return (await slicesOf(cluster, service)).flatMap(({ ports }) => ports?.map(({ port }) => port) ?? []).sort();
}

test.runIf(isolated())(
  'without the operator, what is deleted by --cascade=orphan stays and serves',
  async ({ cluster, operator }) => {
    await apply(cluster, 'prod', spec);
    await expect.poll(phase(cluster, 'prod'), patient).toBe('Running');
    await operator.stop();
    const witness = await Witness.begin(cluster);
    await type(cluster, /kubectl delete nacos prod .*--cascade=orphan/);
    await expect.poll(() => nacosOf(cluster, 'prod').catch(({ status }) => status), patient).toBe(404);
    await expect.poll(async () => (await setOf(cluster, 'prod')).metadata?.ownerReferences, patient).toBeUndefined();
    expect((await serviceOf(cluster, 'prod-client')).metadata?.ownerReferences).toBeUndefined();
    expect(witness.gone.get('prod')?.size).toBe(0);

    const [one] = await podsOf(cluster, 'prod');
    await cluster.kubectl(['delete', 'pod', one?.metadata?.name ?? '']);
    const uids = async () => (await podsOf(cluster, 'prod')).map(({ metadata }) => metadata?.uid);
    await expect.poll(uids, patient).not.toContain(one?.metadata?.uid);
    await ready(cluster, [prod]);
    expect([...operator.pods.clusters.get('prod')!.peers]).toHaveLength(3);
    expect(witness.endpoints.get('prod-client')).toBeGreaterThan(0);
    witness.end();
    await cluster.kubectl([
      'delete',
      'statefulset,service,configmap,poddisruptionbudget,networkpolicy',
      '-l',
      'app=prod',
    ]);
    await expect.poll(() => podsOf(cluster, 'prod'), patient).toEqual([]);
  },
);

test.runIf(isolated())(
  'what was adopted goes back pod by pod, and is what the official operator goes on with',
  async ({ cluster, operator }) => {
    await made(cluster, prod);
    await ready(cluster, [prod]);
    const before = join(mkdtempSync(join(tmpdir(), 'adopt-back-')), 'prod-before.json');
    await shell(cluster, documented(/kubectl get statefulset prod .*/), before);
    await seen(cluster, operator, [prod]);
    await agree(cluster, 'prod');
    await adopted(cluster, [prod]);
    await operator.stop();

    const witness = await Witness.begin(cluster);
    const steps = [
      /kubectl annotate nacos prod .*-$/m,
      /kubectl patch service prod-client .*/,
      /jq 'del.*prod-before.*/,
    ];
    for (const step of steps) await shell(cluster, documented(step), before);
    for (const pod of ['prod-2', 'prod-1', 'prod-0']) {
      await cluster.kubectl(['delete', 'pod', pod]);
      await ready(cluster, [prod]);
    }
    const pods = await podsOf(cluster, 'prod');
    expect(pods.filter(({ spec }) => spec?.containers[0]?.lifecycle?.preStop)).toHaveLength(3);
    expect([witness.ready.get('prod'), witness.endpoints.get('prod-client')]).toEqual([2, expect.any(Number)]);
    expect(witness.endpoints.get('prod-client')).toBeGreaterThan(0);
    witness.end();
    expect(await changedFor(cluster, 'prod')).toEqual([]);
  },
);

function documented(command: RegExp): string {
  const [line = ''] = command.exec(readFileSync('docs/adopt.md', 'utf8')) ?? [];
  expect(line).not.toBe('');
  return line;
}

/** Runs a line of docs/adopt.md in the namespace of the test, with its file at a path. */
async function shell({ kubeconfig, controlPlane }: TestCluster, line: string, before: string) {
  const text = line.replace('-n shop', '').replace('prod-before.json', before);
  const PATH = `${dirname(controlPlane.kubectl)}:${process.env.PATH}`;
  const env = { ...process.env, PATH, KUBECONFIG: kubeconfig };
  await promisify(execFile)('bash', ['-ec', text], { env });
}

/** What makes the official operator write the StatefulSet again (pkg/service/k8s/statefulset.go, checkSts). */
async function changedFor(cluster: TestCluster, name: string): Promise<string[]> {
  const children = officialChildren(await nacosOf(cluster, name));
  const [theirs, live] = [
    children.find(({ kind }) => kind === 'StatefulSet') as StatefulSet,
    await setOf(cluster, name),
  ];
  const compared = ({ spec }: StatefulSet) => {
    const [server] = spec?.template.spec?.containers ?? [];
    return { replicas: spec?.replicas, env: server?.env, resources: server?.resources ?? {} };
  };
  return differences(compared(live), compared(theirs)).map(({ path }) => path);
}

/** A command of docs/adopt.md, in the namespace of the test. */
async function type(cluster: TestCluster, command: RegExp, edit = (line: string): string => line): Promise<void> {
  const line = edit(documented(command));
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
  expect(words[0]).toBe('kubectl');
  await cluster.kubectl(words.slice(1).map((word) => (word === 'shop' ? cluster.namespace : word)));
}
