import type { Secret } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { officialToken } from '../official.js';
import { definitions } from './manifests.js';
import { isolated } from './network.js';
import {
  adopted,
  agree,
  type Cell,
  clientsOf,
  image,
  isOnlyCopy,
  made,
  patient,
  ready,
  seen,
  serviceOf,
  setOf,
  versions,
} from './official.js';
import { testAlone as base, conditionOf, eventually, nacosOf, podsOf } from './operator.js';
import type { TestCluster } from './test-cluster.js';
import { Witness } from './witness.js';

const forms = ['standalone', 'embedded', 'mysql'] as const;
const identity = [
  { name: 'NACOS_AUTH_IDENTITY_KEY', value: 'own' },
  { name: 'NACOS_AUTH_IDENTITY_VALUE', value: 'known' },
];

/** Every size, login and volume. */
const cellsOf = (form: (typeof forms)[number]): readonly Cell[] =>
  (form === 'standalone' ? [1] : [1, 2, 3, 4]).flatMap((replicas) =>
    [false, true].flatMap((login) =>
      [false, true].map(
        (volume): Cell => ({
          name: [form, replicas, login ? 'login' : 'open', volume ? 'volume' : 'none'].join('-'),
          spec: {
            type: form === 'standalone' ? 'standalone' : 'cluster',
            image,
            replicas,
            ...(form === 'mysql' && { database: { type: 'mysql', mysqlHost: 'db', mysqlPassword: 'secret' } }),
            ...(login && { certification: { enabled: true }, env: identity }),
            ...(volume && { volume: { enabled: true, requests: { storage: '1Gi' } } }),
          },
        }),
      ),
    ),
  );

/** What users lay over the pods of that operator. */
const wrapped: Cell = {
  name: 'embedded-3-wrapper',
  spec: {
    type: 'cluster',
    image,
    replicas: 3,
    k8sWrapper: {
      PodSpec: {
        containers: [{ name: 'embedded-3-wrapper', volumeMounts: [{ name: 'logs', mountPath: '/home/nacos/logs' }] }],
        volumes: [{ name: 'logs', emptyDir: {} }],
      },
    },
  },
};
const cells = [...forms.flatMap(cellsOf), wrapped];

/**
 * Every form of the official operator at once, made before this operator's definition, which takes no new even sizes.
 */
const official = base.extend('witness', { scope: 'file' }, async ({ cluster, operator }, { onCleanup }) => {
  await operator.stop();
  const rules = definitions().filter(({ spec }) => spec.names.kind === 'Nacos');
  const plain = { apiVersion: 'v1', kind: 'List', items: rules.map(withoutRules) };
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(plain));
  await expect.poll(() => made(cluster, cells[0]!).then(() => true, String), eventually).toBe(true);
  await Promise.all(cells.slice(1).map((cell) => made(cluster, cell)));
  await operator.define();
  await ready(cluster, cells);
  const witness = await Witness.begin(cluster);
  onCleanup(() => witness.end());
  await expect.poll(() => cells.filter((cell) => !witness.endpoints.has(clientsOf(cell))), patient).toEqual([]);
  return witness;
});

/** `agreed`: the same with consent for all of them. */
const test = official.extend('agreed', { scope: 'file' }, async ({ cluster, witness }) => {
  await Promise.all(cells.map(({ name }) => agree(cluster, name)));
  return witness;
});

/** Our definition without its rules and defaults is as good as the one of the official operator. */
function withoutRules(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutRules);
  if (typeof schema !== 'object' || schema === null) return schema;
  const left = Object.entries(schema).filter(([name]) => name !== 'x-kubernetes-validations');
  return Object.fromEntries(left.map(([name, value]) => [name, withoutRules(value)]));
}

test.runIf(isolated())(
  'what the official operator has made is watched and left alone',
  async ({ cluster, operator, witness }) => {
    const before = await versions(cluster);
    await seen(cluster, operator, cells);
    expect(await versions(cluster)).toEqual(before);
    const phases = await Promise.all(cells.map(async ({ name }) => (await nacosOf(cluster, name)).status?.phase));
    expect([...new Set(phases)]).toEqual(['Running']);
    expect([...witness.gone.values()].flatMap((pods) => [...pods])).toEqual([]);
  },
);

test.runIf(isolated()).for(forms)(
  '%s: every size, login and volume is adopted in place with consent',
  async (form, { cluster, operator, agreed: witness }) => {
    const ofForm = cells.filter(({ name }) => name.startsWith(form));
    await adopted(cluster, ofForm);
    for (const cell of ofForm) {
      await expectAdopted(cluster, cell);
      await expectServed(cluster, cell, witness);
      if (!cell.spec.certification) continue;
      expect(await credentialsOf(cluster, cell), cell.name).toEqual([officialToken, 'nacos']);
      expect(operator.pods.servers.get(`${cell.name}-0`)?.password, cell.name).toBe('nacos');
    }
  },
);

test.runIf(isolated())(
  'a password and a token that all know are changed by the command of the condition, when it suits',
  async ({ cluster, operator, agreed: _ }) => {
    const cell = cells.find(({ name }) => name === 'embedded-3-login-volume')!;
    const known = () => conditionOf(cluster, cell.name, 'CredentialsPrivate');
    const change = async (key: string, value: string) => {
      const [command = ''] = /kubectl patch secret .*'/.exec((await known())?.message ?? '') ?? [];
      const [, words = '', patch = ''] = /^kubectl (.*) -p '(.*)'$/.exec(command) ?? [];
      await cluster.kubectl([...words.split(' '), '-p', patch.replace('KEY', key).replace('VALUE', value)]);
    };
    await change('administratorPassword', 'chosen by hand');
    const password = () => operator.pods.servers.get(`${cell.name}-0`)?.password;
    await expect.poll(password, eventually).toBe('chosen by hand');
    await expect.poll(async () => (await known())?.message, eventually).not.toContain('administratorPassword');

    const pods = async () => (await podsOf(cluster, cell.name)).map(({ metadata }) => metadata?.uid);
    const before = await pods();
    await change('token', Buffer.from('of a test, and of the 32 bytes that a token needs').toString('base64'));
    await expect.poll(known, patient).toBeUndefined();
    await expect.poll(async () => (await pods()).filter((uid) => before.includes(uid)), patient).toEqual([]);
    await ready(cluster, [cell]);
  },
);

test.runIf(isolated())('an even number of members is kept and reported, and does not grow', async ({ cluster }) => {
  const even = cells.filter(({ name }) => /^embedded-[24]-/.test(name));
  for (const { name } of even)
    expect(await conditionOf(cluster, name, 'SizeOdd'), name).toMatchObject({ status: 'False' });
  const grow = cluster.kubectl(['scale', 'nacos', even[0]!.name, '--replicas=6']);
  await expect(grow).rejects.toThrow(/needs an odd number/);
});

/** Its StatefulSet is the same one, of this operator alone. */
async function expectAdopted(cluster: TestCluster, { name, spec }: Cell): Promise<void> {
  const { metadata, spec: set } = await setOf(cluster, name);
  const [server] = set?.template.spec?.containers ?? [];
  const names = server?.env?.map((one) => one.name) ?? [];
  expect(server?.lifecycle, name).toBeUndefined();
  expect(names.filter((one) => /PREFER_HOST_MODE|NACOS_(SERVERS|REPLICAS)/.test(one))).toEqual([]);
  expect([set?.updateStrategy, set?.replicas], name).toEqual([{ type: 'OnDelete' }, spec.replicas]);
  expect(set?.selector?.matchLabels, name).toMatchObject({ app: name, team: 'shop' });
  const managers = metadata?.managedFields?.filter(({ subresource }) => !subresource).map(({ manager }) => manager);
  expect(managers, name).toEqual(['nacos.nacos.io']);
}

/** Pods went one at a time, so that no Service was without all; a server alone is away while it is replaced. */
async function expectServed(cluster: TestCluster, cell: Cell, { endpoints, gone, ready }: Witness): Promise<void> {
  const { name, spec } = cell;
  const stays = isOnlyCopy(cell);
  const all = Array.from({ length: spec.replicas }, (_, ordinal) => `${name}-${ordinal}`);
  expect([...(gone.get(name) ?? [])].sort(), name).toEqual(stays ? [] : all);
  if (!stays) expect(ready.get(name), name).toBe(spec.replicas - 1);
  if (stays || spec.replicas > 1) expect(endpoints.get(clientsOf(cell)), name).toBeGreaterThan(0);
  const service = await serviceOf(cluster, clientsOf(cell));
  expect(service.spec?.publishNotReadyAddresses, name).toBeUndefined();
}

/** Those of the official operator stay, and a condition says so. @returns token and password */
async function credentialsOf(cluster: TestCluster, { name }: Cell): Promise<string[]> {
  expect(await conditionOf(cluster, name, 'CredentialsPrivate'), name).toMatchObject({ reason: 'KnownValues' });
  expect(await conditionOf(cluster, name, 'AuthReady'), name).toMatchObject({ status: 'True' });
  const { data } = await cluster.api.get<Secret>(`/api/v1/namespaces/${cluster.namespace}/secrets/${name}-auth`);
  return [data?.token, data?.administratorPassword].map((one) => String(Buffer.from(one ?? '', 'base64')));
}
