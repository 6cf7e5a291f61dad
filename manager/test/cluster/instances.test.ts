import type { NacosObject } from 'cdk8s-nacos/model';
import { describe, expect } from 'vitest';
import { parse } from 'yaml';
import { Caller, serve, test } from './served.js';

describe('an instance', () => {
  test('is created of a name and a type, is in the list, and can be read with its ETag', async ({
    editor,
    instances,
  }) => {
    const created = await editor.request('POST', instances, { name: 'dev', type: 'standalone' });
    expect(created.body).toMatchObject({ name: 'dev', spec: { type: 'standalone', database: { type: 'embedded' } } });
    expect([created.status, created.headers.get('location')]).toEqual([201, `${instances}/dev`]);
    const read = await editor.request('GET', `${instances}/dev`);
    expect(read.headers.get('etag')).toBe(`"${read.body.resourceVersion}"`);
    const list = await editor.request('GET', instances);
    expect(list.body.items.map(({ name }: { name: string }) => name)).toContain('dev');
  });

  test('changes by a merge patch, in which null removes a field', async ({ editor, instances }) => {
    await editor.request('POST', instances, { name: 'patched', type: 'cluster', replicas: 3, podLabels: { a: 'b' } });
    const resources = { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '4Gi' } };
    const { status, body } = await editor.request('PATCH', `${instances}/patched`, {
      replicas: 5,
      resources,
      podLabels: null,
    });
    expect(status).toBe(200);
    expect(body.spec).toMatchObject({ type: 'cluster', replicas: 5, resources });
    expect(body.spec).not.toHaveProperty('podLabels');
  });

  test('is not changed where If-Match names an older version', async ({ editor, instances }) => {
    const { headers } = await editor.request('POST', instances, { name: 'versioned', type: 'cluster' });
    const before = { 'if-match': headers.get('etag') ?? '' };
    const first = await editor.request('PATCH', `${instances}/versioned`, { replicas: 5 }, before);
    expect(first.status).toBe(200);
    for (const method of ['PATCH', 'DELETE'])
      expect(
        (
          await editor.request(
            method,
            `${instances}/versioned`,
            method === 'PATCH' ? { replicas: 7 } : undefined,
            before,
          )
        ).status,
      ).toBe(412);
    const now = { 'if-match': first.headers.get('etag') ?? '' };
    expect((await editor.request('DELETE', `${instances}/versioned`, undefined, now)).status).toBe(204);
  });

  test('is gone after a delete', async ({ editor, instances }) => {
    await editor.request('POST', instances, { name: 'gone', type: 'standalone' });
    expect((await editor.request('DELETE', `${instances}/gone`)).status).toBe(204);
    expect((await editor.request('GET', `${instances}/gone`)).status).toBe(404);
  });

  test('stays as it is where dryRun asks only whether it could change', async ({ cluster, editor, instances }) => {
    const create = await editor.request('POST', `${instances}?dryRun=true`, { name: 'dry', type: 'standalone' });
    expect([create.status, create.body.spec.type]).toEqual([200, 'standalone']);
    expect((await editor.request('GET', `${instances}/dry`)).status).toBe(404);
    await editor.request('POST', instances, { name: 'dry', type: 'cluster' });
    const change = await editor.request('PATCH', `${instances}/dry?dryRun=true`, { replicas: 5 });
    expect([change.status, change.body.spec.replicas]).toEqual([200, 5]);
    expect((await editor.request('DELETE', `${instances}/dry?dryRun=true`)).status).toBe(204);
    expect((await editor.request('POST', `${instances}/dry:pause?dryRun=true`)).body.spec.paused).toBe(true);
    const path = `/apis/nacos.io/v1alpha1/namespaces/${cluster.namespace}/nacos/dry`;
    const { spec } = await cluster.api.get<NacosObject>(path);
    expect(spec).toEqual({ type: 'cluster', database: { type: 'embedded' } });
  });

  test('is not deleted by a misspelt dryRun', async ({ editor, instances }) => {
    await editor.request('POST', instances, { name: 'kept', type: 'standalone' });
    expect((await editor.request('DELETE', `${instances}/kept?dryrun=true`)).status).toBe(400);
    expect((await editor.request('GET', `${instances}/kept`)).status).toBe(200);
  });

  test('is created once by a request that is sent twice with an Idempotency-Key', async ({ editor, instances }) => {
    const key = { 'idempotency-key': 'order-17' };
    const body = { name: 'once', type: 'standalone' };
    const first = await editor.request('POST', instances, body, key);
    const second = await editor.request('POST', instances, body, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.uid).toBe(first.body.uid);
    expect((await editor.request('POST', instances, { ...body, replicas: 1 }, key)).status).toBe(422);
    expect((await editor.request('POST', instances, body)).status).toBe(409);
    const manifest = await editor.request('GET', `${instances}/once/manifest`);
    expect(manifest.body).not.toContain('idempotency');
  });

  test('can be taken into Git: its manifest is what creates it', async ({ cluster, editor, instances }) => {
    const spec = { type: 'cluster', replicas: 3, database: { type: 'mysql', mysqlHost: 'db', mysqlPassword: 'p' } };
    await editor.request('POST', instances, { name: 'git', ...spec });
    const { headers, body } = await editor.request('GET', `${instances}/git/manifest`);
    expect(headers.get('content-type')).toContain('application/yaml');
    expect(parse(body)).toEqual({
      apiVersion: 'nacos.io/v1alpha1',
      kind: 'Nacos',
      metadata: { name: 'git', namespace: cluster.namespace },
      spec,
    });
    expect(await cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], body)).toContain('nacos.nacos.io/git');
  });

  test('shows no password that stands in its spec', async ({ editor, instances }) => {
    const database = { type: 'mysql', mysqlHost: 'db', mysqlPassword: 'hunter2' };
    const certification = { enabled: true, token: 'c2VjcmV0' };
    await editor.request('POST', instances, { name: 'secretive', type: 'cluster', database, certification });
    for (const path of [instances, `${instances}/secretive`])
      expect(JSON.stringify((await editor.request('GET', path)).body)).not.toMatch(/hunter2|c2VjcmV0/);
  });

  test('restarts by an annotation of its pods, a new one each time, and not while it is paused', async ({
    editor,
    instances,
  }) => {
    await editor.request('POST', instances, { name: 'again', type: 'standalone', podAnnotations: { a: 'b' } });
    const first = await editor.request('POST', `${instances}/again:restart`);
    const second = await editor.request('POST', `${instances}/again:restart`);
    expect(first.body.spec.podAnnotations).toMatchObject({ a: 'b' });
    expect(Date.parse(second.body.spec.podAnnotations['nacos.io/restartedAt'])).toBeGreaterThan(
      Date.parse(first.body.spec.podAnnotations['nacos.io/restartedAt']),
    );
    expect((await editor.request('POST', `${instances}/again:pause`)).body.spec.paused).toBe(true);
    expect((await editor.request('POST', `${instances}/again:restart`)).status).toBe(409);
    expect((await editor.request('POST', `${instances}/again:resume`)).body.spec).not.toHaveProperty('paused');
  });
});

describe('what is wrong', () => {
  const wrong = [
    ['a rule', { type: 'standalone', replicas: 3 }, '#/replicas', /one pod/],
    [
      'a rule of a missing field',
      { type: 'cluster', database: { type: 'mysql' } },
      '#/database/mysqlHost',
      /host name/,
    ],
    [
      'a rule inside',
      { type: 'standalone', service: { nodePorts: { http: 30848, grpc: 30000 } } },
      '#/service/nodePorts/grpc',
      /http \+ 1000/,
    ],
    ['a type', { type: 'cluster', replicas: 'three' }, '#/replicas', /integer/],
    ['an unknown field', { type: 'cluster', replica: 3 }, '#/replica', /no such field/],
    ['an unknown field inside', { type: 'cluster', database: { host: 'db' } }, '#/database/host', /no such field/],
    ['an item of a list', { type: 'cluster', env: [{ name: 'A' }, { value: 'b' }] }, '#/env/1/name', /[Rr]equired/],
    [
      'a rule of an item of a list',
      { type: 'standalone', initialData: { users: [{ username: 'nacos', passwordSecret: { name: 'login' } }] } },
      '#/initialData/users/0/username',
      /^nacos is the administrator/,
    ],
    ['another type', { type: 'single' }, '#/type', /union|literal|one of/i],
    ['a missing type', {}, '#/type', /required/i],
  ] as const;

  test.for(wrong)(
    '%s is refused with the field in the body',
    async ([, fields, pointer, detail], { editor, instances }) => {
      const { status, headers, body } = await editor.request('POST', instances, { name: 'wrong', ...fields });
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(body).toMatchObject({ type: 'about:blank', status });
      expect([400, 422]).toContain(status);
      const found = body.errors?.find((error: { pointer: string }) => error.pointer === pointer);
      expect(found?.detail).toMatch(detail);
    },
  );

  test('a name that can be no Service is refused at name', async ({ editor, instances }) => {
    const { status, body } = await editor.request('POST', instances, { name: '9lives', type: 'standalone' });
    expect([status, body.errors[0].pointer]).toEqual([422, '#/name']);
  });

  test('a body that is no JSON, or another type, or too large is refused', async ({ editor, instances }) => {
    const type = { 'content-type': 'text/plain' };
    expect((await editor.request('POST', instances, { name: 'x' }, type)).status).toBe(415);
    expect((await editor.request('POST', instances, [])).status).toBe(422);
    expect((await editor.request('POST', instances, { config: 'x'.repeat(1 << 21) })).status).toBe(413);
  });
});

describe('who may do what', () => {
  test('is decided by the API server for the caller, named in its audit log', async ({
    cluster,
    editor,
    viewer,
    instances,
  }) => {
    await editor.request('POST', instances, { name: 'shared', type: 'standalone' });
    expect((await viewer.request('GET', `${instances}/shared`)).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', instances, { name: 'theirs', type: 'standalone' }],
      ['PATCH', `${instances}/shared`, { paused: true }],
      ['DELETE', `${instances}/shared`, undefined],
      ['POST', `${instances}/shared:restart`, undefined],
    ] as const) {
      const { status, body: problem } = await viewer.request(method, path, body);
      expect([status, problem.detail]).toEqual([403, expect.stringContaining(`${cluster.namespace}:viewer`)]);
    }
    const user = `system:serviceaccount:${cluster.namespace}:viewer`;
    const refused = cluster.audit(user).filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(({ verb }) => verb)).toEqual(expect.arrayContaining(['create', 'patch', 'delete']));
  });

  test('no user without a token, and none with one that is no token', async ({ address, instances }) => {
    for (const caller of [new Caller(address), new Caller(address, 'x.y.z')]) {
      const { status, headers } = await caller.request('GET', instances);
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    const basic = { authorization: 'Basic YTpi' };
    expect((await new Caller(address).request('GET', instances, undefined, basic)).status).toBe(401);
  });

  test('a token is never answered with the rights of a kubeconfig, not even beside one', async ({
    cluster,
    instances,
  }) => {
    const { app, address } = await serve(cluster, { own: true });
    try {
      expect((await new Caller(address).request('GET', instances)).status).toBe(200);
      expect((await new Caller(address, 'x.y.z').request('GET', instances)).status).toBe(401);
    } finally {
      await app.close();
    }
  });

  test('a caller without rights on the cluster sees the instances of the namespaces that are named', async ({
    cluster,
    editor,
    viewer,
    instances,
  }) => {
    await editor.request('POST', instances, { name: 'mine', type: 'cluster' });
    expect((await viewer.request('GET', '/api/v1/instances')).status).toBe(403);
    const named = await viewer.request(
      'GET',
      `/api/v1/instances?namespace=${cluster.namespace}&search=mine&type=cluster`,
    );
    expect(named.body).toMatchObject({ total: 1, items: [{ name: 'mine' }] });
    const other = await cluster.createNamespace();
    const { app, address } = await serve(cluster, { namespaces: [cluster.namespace, other], own: true });
    try {
      const token = (viewer as unknown as { token: string }).token;
      const seen = await new Caller(address, token).request('GET', '/api/v1/instances?search=mine');
      expect(seen.body.items.map(({ namespace }: { namespace: string }) => namespace)).toEqual([cluster.namespace]);
      await new Caller(address).request('POST', `/api/v1/namespaces/${other}/instances`, {
        name: 'mine',
        type: 'cluster',
      });
      expect((await new Caller(address).request('GET', '/api/v1/instances?search=mine')).body.total).toBe(2);
    } finally {
      await app.close();
    }
  });
});

test('pages have every instance once, in order', async ({ editor, instances }) => {
  for (const name of ['page-c', 'page-a', 'page-b'])
    await editor.request('POST', instances, { name, type: 'standalone' });
  const names: string[] = [];
  let after = '';
  do {
    const { body } = await editor.request('GET', `${instances}?search=page-&limit=2${after && `&after=${after}`}`);
    expect(body.total).toBe(3);
    names.push(...body.items.map(({ name }: { name: string }) => name));
    after = body.next ?? '';
  } while (after);
  expect(names).toEqual(['page-a', 'page-b', 'page-c']);
});
