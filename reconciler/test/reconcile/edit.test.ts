import { expect, it } from 'vitest';
import { editOf } from '../../src/reconcile/edit.js';
import type { FieldSet } from '../../src/reconcile/managed-fields.js';

const fields: FieldSet = {
  'f:metadata': { 'f:annotations': { '.': {}, 'f:my.domain/applied': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:finalizers': { '.': {}, 'v:"a/b"': {} },
    'f:containers': {
      'k:{"name":"web"}': {
        ...{ '.': {}, 'f:name': {}, 'f:image': {}, 'f:args': {} },
        'f:ports': {
          '.': {},
          'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:hostIP': {} },
        },
      },
    },
  },
};
const child = (digest: string, image: string, hostIP: string, args: string[], others: object[] = []) => ({
  metadata: { annotations: { 'my.domain/applied': digest } },
  spec: {
    replicas: 1,
    finalizers: ['a/b'],
    containers: [...others, { name: 'web', image, args, ports: [{ containerPort: 80, hostIP }] }],
  },
});
const live = (others: object[] = []) => {
  const { metadata, spec } = child('before', 'nginx:1', '::', ['a'], others);
  const web = spec.containers.at(-1) as { ports: object[] };
  web.ports = [{ containerPort: 80, protocol: 'TCP', hostIP: '::' }];
  return { metadata, spec: { ...spec, paused: true } };
};

it('is nothing where every value is as it should be', () => {
  expect(editOf(fields, child('before', 'nginx:1', '::', ['a']), live())).toEqual([]);
});

it('gives fields their values, where the item that they are in is now', () => {
  expect(editOf(fields, child('after', 'nginx:2', '::1', ['a']), live([{ name: 'sidecar' }]))).toEqual([
    { op: 'add', path: '/metadata/annotations/my.domain~1applied', value: 'after' },
    { op: 'add', path: '/spec/containers/1/image', value: 'nginx:2' },
    { op: 'add', path: '/spec/containers/1/ports/0/hostIP', value: '::1' },
  ]);
});

it('is not enough for what is owned as a whole, nor for an item that is not there', () => {
  expect(editOf(fields, child('after', 'nginx:2', '::', ['b']), live())).toBeUndefined();
  const gone = { ...live(), spec: { ...live().spec, containers: [] } };
  expect(editOf(fields, child('after', 'nginx:2', '::', ['a']), gone)).toBeUndefined();
});

it('is not enough for another order of items, nor for one that has more than one key', () => {
  const env: FieldSet = { 'k:{"name":"A"}': { 'f:name': {} }, 'k:{"name":"B"}': { 'f:name': {} } };
  const [a, b] = [{ name: 'A' }, { name: 'B' }];
  expect(editOf(env, [a, b], [a, { name: 'theirs' }, b])).toEqual([]);
  expect(editOf(env, [b, a], [a, b])).toBeUndefined();
  const ports = { 'k:{"port":53,"protocol":"TCP"}': {}, 'k:{"port":53,"protocol":"UDP"}': {} };
  expect(editOf(ports, [{ port: 53 }], [{ port: 53, protocol: 'TCP' }])).toBeUndefined();
});
