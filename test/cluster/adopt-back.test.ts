import { readFileSync } from 'node:fs';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { expect } from 'vitest';
import { officialChildren } from '../official.js';
import { isolated } from './network.js';
import { adopted, agree, image, made, patient, ready, seen, serviceOf, setOf } from './official.js';
import { apply, nacosOf, phase, podsOf, test } from './operator.js';
import type { TestCluster } from './test-cluster.js';
import { Witness } from './witness.js';

const volume = { enabled: true, requests: { storage: '10Gi' } };
const spec = { type: 'cluster', image, replicas: 3, volume };
const prod = { name: 'prod', spec };

/** Of the helm chart in nacos-group/nacos-k8s (helm/templates/service.yaml). */
const chartService = {
  metadata: { name: 'nacos-cs' },
  spec: {
    ports: [8848, 9848].map((port) => ({ name: `port-${port}`, port, targetPort: port })),
    selector: { 'app.kubernetes.io/name': 'nacos', 'app.kubernetes.io/instance': 'nacos' },
  },
};

test.runIf(isolated())(
  'the Service of a chart leads its clients to a Nacos of another name',
  async ({ cluster, operator: _ }) => {
    await cluster.api.create(`/api/v1/namespaces/${cluster.namespace}/services`, chartService);
    await apply(cluster, 'prod', spec);
    await expect.poll(phase(cluster, 'prod'), patient).toBe('Running');
    await type(cluster, /kubectl set selector service nacos-cs .*/);
    const addresses = async (service: string) => {
      const slices = `/apis/discovery.k8s.io/v1/namespaces/${cluster.namespace}/endpointslices`;
      const { items } = await cluster.api.list<EndpointSlice>(
        `${slices}?labelSelector=kubernetes.io/service-name%3D${service}`,
      );
      return items
        .flatMap(({ endpoints }) => endpoints ?? [])
        .flatMap((one) => one.addresses)
        .sort();
    };
    // Its controller writes the last one a moment later.
    await expect.poll(() => addresses('prod-client'), patient).toHaveLength(3);
    const expected = await addresses('prod-client');
    await expect.poll(() => addresses('nacos-cs'), patient).toEqual(expected);
  },
);

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
    await cluster.kubectl(['delete', 'statefulset,service,configmap,poddisruptionbudget', '-l', 'app=prod']);
    await expect.poll(() => podsOf(cluster, 'prod'), patient).toEqual([]);
  },
);

test.runIf(isolated())(
  'what was adopted is what the official operator goes on with, once its Service leads to its pods',
  async ({ cluster, operator }) => {
    await made(cluster, prod);
    await ready(cluster, [prod]);
    await seen(cluster, operator, [prod]);
    await agree(cluster, 'prod');
    await adopted(cluster, [prod]);
    await operator.stop();
    const witness = await Witness.begin(cluster);
    await type(cluster, /kubectl patch service prod-client .*/);
    await written(cluster, 'prod');
    const back = async () =>
      (await podsOf(cluster, 'prod')).filter(({ spec }) => spec?.containers[0]?.lifecycle?.preStop).length;
    await expect.poll(back, patient).toBe(3);
    await ready(cluster, [prod]);
    expect([witness.ready.get('prod'), witness.endpoints.get('prod-client')]).toEqual([2, expect.any(Number)]);
    expect(witness.endpoints.get('prod-client')).toBeGreaterThan(0);
    witness.end();
  },
);

/** A command of docs/adopt.md, in the namespace of the test. */
async function type(cluster: TestCluster, command: RegExp): Promise<void> {
  const [line = ''] = command.exec(readFileSync('docs/adopt.md', 'utf8')) ?? [];
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
  expect(words[0]).toBe('kubectl');
  await cluster.kubectl(words.slice(1).map((word) => (word === 'shop' ? cluster.namespace : word)));
}

/** As the official operator writes the StatefulSet where its environment differs: all of it. */
async function written(cluster: TestCluster, name: string): Promise<void> {
  const children = officialChildren(await nacosOf(cluster, name));
  const set = children.find(({ kind }) => kind === 'StatefulSet') as StatefulSet;
  const path = `/apis/apps/v1/namespaces/${cluster.namespace}/statefulsets/${name}?fieldManager=manager`;
  await cluster.api.replace(path, set);
}
