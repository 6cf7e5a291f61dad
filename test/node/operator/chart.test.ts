import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { commandLineProgram } from '../command-line.js';
import { service, smallServer, statefulSet } from '../manifests.js';
import { Checker } from './checker.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';
import { nacos } from './servers.js';

const program = commandLineProgram();
const test = testWithOperator(1);
const count = 100;

/** As a chart makes them: other names, labels and claims than this operator's. */
const chart = [
  service('nacos', 8848, { clusterIP: 'None' }),
  service('nacos-cs', 8848, { selector: { app: 'nacos' } }),
  statefulSet('nacos', 1, {
    containers: [
      {
        name: 'nacos',
        image: 'nacos/nacos-server:v2.3.2',
        env: [...smallServer, { name: 'MODE', value: 'standalone' }],
        resources: { requests: { cpu: '400m', memory: '512Mi' } },
        volumeMounts: [{ name: 'data', mountPath: '/home/nacos/data' }],
      },
    ],
  }),
];

test('configurations of a chart are copied as docs/moving-data.md says, and its Service leads clients to the copy', async ({
  operated,
}) => {
  await operated.nodes.apply(...chart);
  await operated.apply('prod', nacos('2.3.2', { volume: { enabled: true } }));
  const [old, copy] = await Promise.all(['nacos-cs', 'prod'].map((name) => urlOf(operated, name)));
  const checker = new Checker(old!);
  await checker.fill(count);
  await publishIn(old!, 'shop');
  await operated.running('prod');

  const folder = mkdtempSync(join(tmpdir(), 'moving-data-'));
  const variables = [`old=${old} new=${copy}`, ': > old.header', ': > new.header'];
  const typed = [...variables, ...documented()].join('\n').replaceAll(/^cdk8s-nacos /gm, `node ${program} `);
  expect(await operated.nodes.type(typed, folder)).toMatch(/reads back equal\n(.*\n)*equal: \d+ items\n$/);

  await operated.kubectl(['scale', 'statefulset', 'nacos', '--replicas=0']);
  await operated.nodes.type(alias());
  expect(await checker.configurationsMissingOn(old!, count)).toEqual([]);
  const read = await fetch(`${old}/v1/cs/configs?dataId=orders&group=DEFAULT_GROUP&tenant=shop`);
  expect(await read.text()).toBe('a: 1\nb: "é"\n');
});

/** The blocks of docs/moving-data.md: a copy, and a comparison. */
function documented(): string[] {
  const page = readFileSync('docs/moving-data.md', 'utf8');
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  expect(blocks.map((block) => /data \w+/.exec(block)?.[0])).toEqual(['data copy', 'data diff']);
  return blocks;
}

/** The command of docs/adopt.md, for a standalone server. */
function alias(): string {
  const [command = ''] = /kubectl set selector .*/.exec(readFileSync('docs/adopt.md', 'utf8')) ?? [];
  return command.replace('-n shop', '-n nacos').replace(/,nacos\.io\S+/, '');
}

/** Of a Service, from this machine. */
async function urlOf({ nodes, namespace }: OperatedCluster, name: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/services/${name}`;
  const get = () => nodes.controlPlane.api.get<Service>(path).catch(() => undefined);
  await expect.poll(get, { timeout: 60_000 }).toBeDefined();
  return `http://${(await get())?.spec?.clusterIP}:8848/nacos`;
}

/** A configuration with more than one line, in a namespace of its own. */
async function publishIn(url: string, namespace: string): Promise<void> {
  const post = async (path: string, form: Record<string, string>) => {
    const answer = await fetch(`${url}/v1/${path}`, { method: 'POST', body: new URLSearchParams(form) });
    expect(await answer.text()).toBe('true');
  };
  await post('console/namespaces', { customNamespaceId: namespace, namespaceName: 'The shop', namespaceDesc: '' });
  const content = 'a: 1\nb: "é"\n';
  await post('cs/configs', { dataId: 'orders', group: 'DEFAULT_GROUP', tenant: namespace, content, type: 'yaml' });
}
