import { describe, expect, it } from 'vitest';
import { parseImage } from '../../src/kit/index.js';

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
