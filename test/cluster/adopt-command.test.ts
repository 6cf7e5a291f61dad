import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { isolated } from './network.js';
import { adopted, agree, image, made, patient, ready, seen, serviceOf, versions, writeStatus } from './official.js';
import { test as base, conditionOf, nacosOf } from './operator.js';
import type { TestCluster } from './test-cluster.js';

const spec = { type: 'cluster', image, replicas: 3, volume: { enabled: true, requests: { storage: '10Gi' } } };
const prod = { name: 'prod', spec };
const outside = { name: 'outside', spec: { ...spec, type: 'standalone', replicas: 1 } };

/** With two of the official operator's, which is still there, while this one is not. */
const test = base.extend('official', { scope: 'file' }, async ({ cluster, operator }) => {
  await operator.stop();
  await made(cluster, prod);
  await made(cluster, outside, nodePort);
  await ready(cluster, [prod, outside]);
  // The one that goes last.
  operator.pods.clusters.get('prod')!.leader = `prod-0.prod-headless.${cluster.namespace}.svc.cluster.local`;
  const labels = { app: 'official' };
  const containers = [{ name: 'operator', image: 'nacos/nacos-operator:v1.0.2' }];
  const template = { metadata: { labels }, spec: { containers } };
  const namespace = await cluster.createNamespace();
  await cluster.api.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    metadata: { name: 'nacos-operator' },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  });
  return { namespace };
});

/** Of the client Service, as hands have made it reachable from outside. */
function nodePort(child: object): object {
  const { kind, metadata, spec } = child as Service;
  if (kind !== 'Service' || metadata?.name !== 'outside') return child;
  const ports = spec?.ports?.map((port) => ({ ...port, ...(port.port === 8848 && { nodePort: 30848 }) }));
  return { ...child, spec: { ...spec, type: 'NodePort', ports } };
}

/** What docs/adopt.md shows of the command, in order; a line … stands for any lines. */
function documented(): RegExp[] {
  const blocks = readFileSync('docs/adopt.md', 'utf8').matchAll(/^( +)\$ kubectl nacos adopt .*\n(?:\1.*\n)*/gm);
  return [...blocks].map(([block, indentation = '']) => {
    const lines = block.trimEnd().split('\n');
    const pattern = lines.map((line) => {
      const text = line.slice(indentation.length);
      return text === '…' ? '(?:.*\\n)*' : `${text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}\\n`;
    });
    return new RegExp(`^${pattern.join('')}$`);
  });
}

/** A folder with the programs that the package names, of this checkout. */
function programs(): string {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string> };
  const source = `${process.execPath} --conditions=cdk8s-source --import tsx lib/cli/main.ts`;
  for (const name of Object.keys(bin))
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${source} "$@"\n`, { mode: 0o755 });
  return folder;
}

/** `kubectl nacos adopt`. Servers of this process have to answer meanwhile. */
function adopt({ kubeconfig, namespace, controlPlane }: TestCluster, ...args: readonly string[]) {
  const env = { ...process.env, KUBECONFIG: kubeconfig, PATH: `${programs()}:${process.env.PATH}` };
  return new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(controlPlane.kubectl, ['nacos', 'adopt', ...args, '-n', namespace], { env }, (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test.runIf(isolated())(
  'the command is what docs/adopt.md shows: it prints, and with --confirm it begins',
  async ({ cluster, official, operator }) => {
    expect(await adopt(cluster, 'prod')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/is NOT adopted yet[\s\S]*nothing yet: is it installed/),
    });
    await seen(cluster, operator, [prod, outside]);
    const before = await versions(cluster);
    const transcript: string[] = [];
    const show = async (status: number, ...args: readonly string[]) => {
      const { stdout, ...rest } = await adopt(cluster, 'prod', ...args);
      expect(rest).toEqual({ status, stderr: '' });
      transcript.push(['$ kubectl nacos adopt prod -n shop', ...args].join(' ').concat('\n', stdout));
    };

    await show(1, '--confirm');
    const command = `kubectl scale deployment nacos-operator -n ${official.namespace} --replicas=0`;
    expect(transcript[0]).toContain(command);
    await cluster.kubectl(command.split(' ').slice(1));
    await show(0);
    expect(await versions(cluster)).toEqual(before);
    await show(0, '--confirm');
    await adopted(cluster, [prod]);
    await show(0);

    const { uid = '' } = (await nacosOf(cluster, 'prod')).metadata;
    const text = transcript.map((part) =>
      part.replaceAll(official.namespace, 'operators').replaceAll(cluster.namespace, 'shop').replaceAll(uid, 'UID'),
    );
    const shown = documented();
    expect(shown).toHaveLength(text.length);
    for (const [at, part] of text.entries()) expect(part).toMatch(shown[at]!);
  },
);

test.runIf(isolated())(
  'a Service that hands have made a NodePort stays one until the spec says so',
  async ({ cluster, official: _ }) => {
    const { stdout } = await adopt(cluster, 'outside', '--confirm');
    expect(stdout).toMatch(/kept +Service outside: .*is of type NodePort \(8848 by node port 30848, /);
    const ready = () => conditionOf(cluster, 'outside', 'Ready');
    const message = expect.stringMatching(/is of type NodePort \(8848 by node port 30848, .* stays as it is until/);
    await expect.poll(ready, patient).toMatchObject({ status: 'False', message });
    const service = async () => (await serviceOf(cluster, 'outside')).spec;
    expect((await service())?.type).toBe('NodePort');
    const declared = JSON.stringify({ spec: { service: { type: 'NodePort', nodePorts: { http: 30848 } } } });
    await cluster.kubectl(['patch', 'nacos', 'outside', '--type=merge', '-p', declared]);
    const ports = async () => (await service())?.ports?.map(({ port, nodePort }) => `${port} by ${nodePort}`);
    await expect.poll(ports, patient).toEqual(expect.arrayContaining(['8848 by 30848', '9848 by 31848']));
  },
);

test.runIf(isolated())('nothing is adopted while the other operator still writes', async ({ cluster, operator }) => {
  const rival = { name: 'rival', spec: { type: 'standalone', image, replicas: 1 } };
  await operator.stop();
  await made(cluster, rival);
  await ready(cluster, [rival]);
  await seen(cluster, operator, [rival]);
  const before = await versions(cluster);
  const adoptable = () => conditionOf(cluster, 'rival', 'Adoptable');
  // As it does: whatever the other one writes, it writes its own.
  const answer = async () => {
    if (await adoptable()) await writeStatus(cluster, 'rival');
  };
  const writing = setInterval(() => answer().catch(() => {}), 1000);
  const looks = () =>
    operator.requests().filter(({ verb, requestURI }) => verb === 'get' && requestURI.endsWith('/nacos/rival')).length;
  try {
    await expect.poll(adoptable, { ...patient, interval: 200 }).toMatchObject({ status: 'False', reason: 'Rival' });
    await agree(cluster, 'rival');
    const looked = looks();
    await expect.poll(looks, patient).toBeGreaterThan(looked + 3);
    expect(await versions(cluster)).toEqual(before);
  } finally {
    clearInterval(writing);
  }
});
