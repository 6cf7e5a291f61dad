import type { Client } from 'cdk8s-reconciler/client';
import { describe, expect, it } from 'vitest';
import { Images } from '../src/images.js';
import { createServer } from '../src/server.js';

describe('images', () => {
  it('are those that the project was run with, newest first, and any other', () => {
    const images = new Images();
    expect(images.versions.map(({ version }) => version)).toEqual(['3.0.3', '2.5.1', '2.3.2', '2.0.4']);
    expect(images.versions[0]).toMatchObject({
      image: 'nacos/nacos-server:v3.0.3',
      default: true,
      console: { port: 8080 },
    });
    expect(images.versions[1]).toMatchObject({ default: false, console: { port: 8848, path: '/nacos' } });
    expect(images.choose({ image: 'own/nacos:v2.2.0' })).toEqual({});
    expect(images.restricted).toBe(false);
  });

  const allowed = ['harbor.cloud.io/nacos/nacos-server:v2.3.2', 'harbor.cloud.io/nacos/nacos-server:v2.10.0'];

  it.each([
    ['the version chooses the image', { version: '2.3.2' }, allowed[0]],
    ['in any spelling', { version: 'v2.10' }, allowed[1]],
    ['without either, the first one is taken', {}, allowed[0]],
    ['an image that is allowed stays', { image: allowed[1] }, undefined],
  ])('that are allowed: %s', (_, fields, image) => {
    expect(new Images(allowed).choose(fields)).toEqual(image ? { image } : {});
  });

  it.each([
    ['#/version', { version: '2.0.4' }],
    ['#/image', { image: 'nacos/nacos-server:v2.3.2' }],
  ])('that are not allowed are refused for %s', (pointer, fields) => {
    const refused = { status: 422, errors: [expect.objectContaining({ pointer })] };
    expect(() => new Images(allowed).choose(fields)).toThrow(expect.objectContaining(refused));
  });

  it('need a tag that names a version', () => {
    expect(() => new Images(['nacos/nacos-server:latest'])).toThrow(/IMAGES: .*names no version/);
  });
});

it('do not let a change go round what is allowed by taking the image away', async () => {
  const bodies: unknown[] = [];
  const request = async (_method: string, _path: string, { body }: { body?: unknown }) => {
    bodies.push(body);
    return { metadata: { name: 'dev', namespace: 'shop' }, spec: { type: 'standalone' } };
  };
  const images = new Images(['harbor.cloud.io/nacos/nacos-server:v2.3.2']);
  const client = { request } as unknown as Client;
  const app = await createServer({ client, images, rateLimit: 100, logger: false });
  await app.inject({
    method: 'PATCH',
    url: '/api/v1/namespaces/shop/instances/dev',
    headers: { authorization: 'Bearer abc' },
    payload: { image: null },
  });
  expect(bodies).toMatchObject([{ spec: { image: 'harbor.cloud.io/nacos/nacos-server:v2.3.2' } }]);
});
