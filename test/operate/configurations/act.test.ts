import { createServer, type Server } from 'node:http';
import type { ActContext } from 'cdk8s-reconciler';
import { afterEach, expect, it } from 'vitest';
import { refreshConfigurations } from '../../../lib/operate/configurations/act.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { loopbackAddress } from '../../nacos/loopback.js';
import { nacos } from '../../nacos-object.js';
import { pod } from '../world.js';

const address = loopbackAddress(1);
let server: Server | undefined;

afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

/** What a server was asked that answers so, and what is then written on its pod. */
async function refresh(version: string, status: number, body: string) {
  const seen: { asked?: string; annotations?: unknown } = {};
  server = createServer((request, response) => {
    seen.asked = `${request.method} ${request.url}`;
    response.writeHead(status).end(body);
  });
  await new Promise<void>((listening) => server?.listen(8848, address, listening));
  const context = {
    get: async () => pod('n-0', { podIP: address }),
    patch: async (_kind: unknown, _name: string, { metadata }: { metadata: { annotations: unknown } }) => {
      seen.annotations = metadata.annotations;
    },
    signal: new AbortController().signal,
  } as unknown as ActContext;
  const instance = resolve(nacos({ version, type: 'cluster', certification: { enabled: false } }));
  const action = { type: 'RefreshConfigurations', message: '', event: false, pods: ['n-0'], running: 'n-0' } as const;
  const failure = await refreshConfigurations(action, instance, context).then(() => undefined, String);
  return { ...seen, failure };
}

const done = { 'nacos.io/refreshed': 'n-0' };

it.each([
  ['2.0.4', '200', '/nacos/v1/cs/ops/localCache'],
  ['3.0.3', '{"code":0,"data":"done"}', '/nacos/v3/admin/cs/ops/localCache'],
])('has a server of %s compare its configurations, and writes down that it did', async (version, body, path) => {
  const seen = await refresh(version, 200, body);
  expect(seen).toEqual({ asked: `POST ${path}`, annotations: done, failure: undefined });
});

it.each([
  ['with another status', 404, '', 'HTTP 404, code 0'],
  ['in its envelope', 200, '{"code":30000,"message":"Local cache updated from store failed!"}', 'HTTP 200, code 30000'],
])('reports a server that refuses %s, and does not ask it again and again', async (_how, status, body, why) => {
  const { annotations, failure } = await refresh('3.0.3', status, body);
  expect(failure).toBe(`Error: n-0 does not compare its configurations with the database: ${why}`);
  expect(annotations).toEqual(done);
});
