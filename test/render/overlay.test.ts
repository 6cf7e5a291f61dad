import { describe, expect, it } from 'vitest';
import { overlay } from '../../lib/render/overlay.js';

describe('overlay', () => {
  it.each<[string, object, object, object]>([
    ['merges objects', { a: { b: 1, c: 2 } }, { a: { c: 3 } }, { a: { b: 1, c: 3 } }],
    ['replaces plain lists', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['takes away by null', { a: 1, b: { c: 1, d: 1 } }, { a: null, b: { c: null } }, { b: { d: 1 } }],
    ['leaves no null in what was not there', {}, { a: { b: null, c: [{ d: null, e: 1 }] } }, { a: { c: [{ e: 1 }] } }],
    [
      'merges items by name, new ones last',
      { a: [{ name: 'x', n: 1 }, { name: 'y' }] },
      { a: [{ name: 'z' }, { name: 'x', m: 2 }] },
      { a: [{ name: 'x', n: 1, m: 2 }, { name: 'y' }, { name: 'z' }] },
    ],
    [
      'keeps two mounts of one volume',
      { volumeMounts: [{ name: 'v', mountPath: '/a' }] },
      { volumeMounts: [{ name: 'v', mountPath: '/b' }] },
      {
        volumeMounts: [
          { name: 'v', mountPath: '/a' },
          { name: 'v', mountPath: '/b' },
        ],
      },
    ],
    [
      'merges ports by number and protocol',
      { ports: [{ name: 'p', containerPort: 1 }] },
      {
        ports: [
          { containerPort: 1, hostPort: 2 },
          { containerPort: 1, protocol: 'UDP' },
        ],
      },
      {
        ports: [
          { name: 'p', containerPort: 1, hostPort: 2 },
          { containerPort: 1, protocol: 'UDP' },
        ],
      },
    ],
    [
      'gives a variable one source',
      { env: [{ name: 'A', valueFrom: {} }] },
      { env: [{ name: 'A', value: 'b' }] },
      { env: [{ name: 'A', value: 'b' }] },
    ],
    [
      'gives a volume one source',
      { volumes: [{ name: 'v', emptyDir: {} }] },
      { volumes: [{ name: 'v', hostPath: {} }] },
      { volumes: [{ name: 'v', hostPath: {} }] },
    ],
    [
      'gives a probe one handler',
      { livenessProbe: { httpGet: {} } },
      { livenessProbe: { exec: {} } },
      { livenessProbe: { exec: {} } },
    ],
  ])('%s', (_case, base, over, result) => {
    const before = structuredClone([base, over]);
    expect(overlay(base, over)).toEqual(result);
    expect([base, over]).toEqual(before);
  });
});
