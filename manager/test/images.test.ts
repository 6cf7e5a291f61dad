import { describe, expect, it } from 'vitest';
import { Images } from '../src/images.js';

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
