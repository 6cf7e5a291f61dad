import { describe, expect, it } from 'vitest';
import { inRegistry, parseImage } from '../../lib/server/image.js';

const digest = `sha256:${'0'.repeat(64)}`;

describe('parseImage', () => {
  it.each([
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.27', { repository: 'nginx', tag: '1.27' }],
    ['nacos/nacos-server', { repository: 'nacos/nacos-server' }],
    ['nacos/nacos-server:v2.0.4', { repository: 'nacos/nacos-server', tag: 'v2.0.4' }],
    ['quay.io/a/b:1', { registry: 'quay.io', repository: 'a/b', tag: '1' }],
    ['localhost/a:1', { registry: 'localhost', repository: 'a', tag: '1' }],
    ['registry:5000/a', { registry: 'registry:5000', repository: 'a' }],
    ['registry:5000/a/b:2', { registry: 'registry:5000', repository: 'a/b', tag: '2' }],
    [`a/b@${digest}`, { repository: 'a/b', digest }],
    [`10.0.0.1:5000/a:1@${digest}`, { registry: '10.0.0.1:5000', repository: 'a', tag: '1', digest }],
  ])('%s', (reference, parts) => {
    expect(parseImage(reference)).toEqual(parts);
  });
});

describe('inRegistry', () => {
  it.each([
    ['nginx', 'harbor.cloud.io/library/nginx'],
    ['nginx:1.27', 'harbor.cloud.io/library/nginx:1.27'],
    ['a/b:1', 'harbor.cloud.io/a/b:1'],
    ['quay.io/a/b', 'harbor.cloud.io/a/b'],
    ['registry:5000/a/b:1', 'harbor.cloud.io/a/b:1'],
    [`a/b:1@${digest}`, `harbor.cloud.io/a/b:1@${digest}`],
    ['harbor.cloud.io/a/b:1', 'harbor.cloud.io/a/b:1'],
    ['harbor.cloud.io.example.com/a/b', 'harbor.cloud.io/a/b'],
  ])('moves %s to %s', (image, moved) => {
    expect(inRegistry(image, 'harbor.cloud.io')).toBe(moved);
  });

  it('takes a registry with a path', () => {
    expect(inRegistry('mysql:8.4', 'harbor.cloud.io/mirror')).toBe('harbor.cloud.io/mirror/library/mysql:8.4');
  });

  it.each([undefined, ''])('leaves an image where it is without a registry (%j)', (registry) => {
    expect(inRegistry('quay.io/a/b', registry)).toBe('quay.io/a/b');
  });

  it('changes nothing the second time', () => {
    const once = inRegistry('nginx', 'harbor.cloud.io');
    expect(inRegistry(once, 'harbor.cloud.io')).toBe(once);
  });
});
