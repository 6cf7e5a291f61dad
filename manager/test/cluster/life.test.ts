import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { NacosObject } from 'cdk8s-nacos/model';
import { expect } from 'vitest';
import { isolated } from '../../../test/cluster/network.js';
import { serve, test } from './served.js';

const patience = { timeout: 90_000, interval: 200 };

test.runIf(isolated())(
  'an instance is created, watched to Running, resized, looked at and deleted by requests alone',
  async ({ cluster, editor, instances, operator: _ }) => {
    const stream = await editor.open('GET', `/api/v1/watch?namespace=${cluster.namespace}&name=life`);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) seen.push(chunk);
    })().catch(() => {});
    const created = await editor.request('POST', instances, {
      name: 'life',
      type: 'standalone',
      image: 'nacos/nacos-server:v2.0.4',
      volume: { enabled: true },
    });
    expect(created.status).toBe(201);
    const phase = async () => (await editor.request('GET', `${instances}/life`)).body.phase;
    await expect.poll(phase, patience).toBe('Running');
    expect(seen.join('')).toMatch(
      /event: snapshot[\s\S]*event: added[\s\S]*"phase":"Creating"[\s\S]*"phase":"Running"/,
    );

    const members = await editor.request('GET', `${instances}/life/members`);
    expect(members.body.items).toMatchObject([{ pod: 'life-0', ready: true, state: 'UP', version: '2.0.4' }]);
    const events = async () => (await editor.request('GET', `${instances}/life/events`)).body.items.length;
    await expect.poll(events, patience).toBeGreaterThan(0);

    const resources = { limits: { memory: '3Gi' } };
    const plan = await editor.request('POST', `${instances}/life:plan`, { resources });
    expect(plan.body).toMatchObject({ refused: [], fields: ['spec.resources'], restarts: ['life-0'] });
    const nothing = { refused: [], fields: [], steps: [], restarts: [], objects: [] };
    expect((await editor.request('POST', `${instances}/life:plan`, {})).body).toMatchObject(nothing);
    expect((await editor.request('PATCH', `${instances}/life`, { resources })).status).toBe(200);
    const memory = async () => {
      const path = `/apis/apps/v1/namespaces/${cluster.namespace}/statefulsets/life`;
      const { spec } = await cluster.api.get<{ spec: { template: { spec: { containers: { resources: object }[] } } } }>(
        path,
      );
      return spec.template.spec.containers[0]?.resources;
    };
    await expect.poll(memory, patience).toMatchObject(resources);

    expect((await editor.request('DELETE', `${instances}/life`)).status).toBe(204);
    const status = async () => (await editor.request('GET', `${instances}/life`)).status;
    await expect.poll(status, patience).toBe(404);
    await expect.poll(() => seen.join(''), patience).toContain('event: deleted');
    await stream.body?.cancel().catch(() => {});
    void reading;
  },
);

const [, code = ''] = /^```sh\n(.*?)^```$/ms.exec(readFileSync('README.md', 'utf8')) ?? [];

test.runIf(isolated())(
  'the lines of the README create the two samples, show them Running, resize and delete them',
  async ({ cluster, operator: _ }) => {
    const { app, address } = await serve(cluster, { own: true });
    try {
      const script = code
        .replaceAll('http://127.0.0.1:8090', address)
        .replaceAll('namespaces/nacos/', `namespaces/${cluster.namespace}/`)
        .replaceAll('namespace=nacos', `namespace=${cluster.namespace}`)
        .replaceAll('curl -sSN', 'curl -sSN --max-time 5');
      const [variable = '', single = '', many = '', watch = '', ...rest] = script.split('\n\n');
      const run = async (line: string) => {
        const bash = promisify(execFile)('bash', ['-c', `${variable}\n${line}`]);
        // The watch has no end of its own.
        return (await bash.catch((error) => (line === watch ? error : Promise.reject(error)))).stdout as string;
      };
      for (const line of [single, many]) expect(JSON.parse(await run(line))).toHaveProperty('uid');
      const path = `/apis/nacos.io/v1alpha1/namespaces/${cluster.namespace}/nacos`;
      const found = async () => (await cluster.api.list<NacosObject>(path)).items;
      const phases = async () => (await found()).map(({ status }) => status?.phase);
      await expect.poll(phases, patience).toEqual(['Running', 'Running']);
      expect(await run(watch)).toContain('event: snapshot');
      for (const line of rest.filter((line) => line.includes('PATCH')))
        expect(JSON.parse(await run(line))).toHaveProperty('uid');
      expect((await found()).map(({ spec }) => spec.replicas)).toEqual([5, 1]);
      for (const line of rest.filter((line) => line.includes('DELETE'))) expect(await run(line)).toBe('');
      await expect.poll(found, patience).toEqual([]);
    } finally {
      await app.close();
    }
  },
);
