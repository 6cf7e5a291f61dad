import { inRegistry } from 'cdk8s-reconciler/kit';
import { describe, expect, it } from 'vitest';

const digest = `sha256:${'0'.repeat(64)}`;

describe('inRegistry', () => {
  it.each([
    ['nginx', 'harbor.local/library/nginx'],
    ['nginx:1.23.1', 'harbor.local/library/nginx:1.23.1'],
    ['a/b', 'harbor.local/a/b'],
    ['quay.io/a/b:v1', 'harbor.local/a/b:v1'],
    ['localhost/a', 'harbor.local/a'],
    ['localhost:5000/a:v1', 'harbor.local/a:v1'],
    ['registry:5000/a/b', 'harbor.local/a/b'],
    ['docker.io/library/node:24', 'harbor.local/library/node:24'],
    [`nginx@${digest}`, `harbor.local/library/nginx@${digest}`],
    [`quay.io/a/b:v1@${digest}`, `harbor.local/a/b:v1@${digest}`],
    ['harbor.local/a/b', 'harbor.local/a/b'],
  ])('serves %s as %s', (image, expected) => {
    expect(inRegistry(image, 'harbor.local')).toBe(expected);
  });

  it('keeps a path and a port of the registry, and adds nothing to an image that has them', () => {
    const served = inRegistry('quay.io/coreos/etcd:v3.5.0', 'harbor.local:8443/mirror/');
    expect(served).toBe('harbor.local:8443/mirror/coreos/etcd:v3.5.0');
    expect(inRegistry(served, 'harbor.local:8443/mirror')).toBe(served);
  });

  it('takes a registry whose name begins like the prefix for another one', () => {
    expect(inRegistry('harbor.local.example.com/a', 'harbor.local')).toBe('harbor.local/a');
  });

  it('leaves images alone without a registry', () => {
    expect(inRegistry('quay.io/a/b')).toBe('quay.io/a/b');
    expect(inRegistry('quay.io/a/b', '')).toBe('quay.io/a/b');
  });
});
