import { describe, expect, it } from 'vitest';
import type { FieldSet } from '../../src/reconcile/field-set.js';
import type { Entry } from '../../src/reconcile/managed-fields.js';
import type { Desired } from '../../src/reconcile/ownership.js';
import { adopt, obstacles, takeOver } from '../../src/reconcile/take-over.js';

const entry = (manager: string, fieldsV1: FieldSet, more: Entry = {}): Entry => ({
  ...{ manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 },
  ...more,
});
const port = (number: number): FieldSet => ({ [`k:{"port":${number},"protocol":"TCP"}`]: { '.': {}, 'f:port': {} } });
const key = (number: number) => `k:{"port":${number},"protocol":"TCP"}`;

describe('what is in the way', () => {
  const ports = (...all: object[]) => ({ spec: { ports: all } });
  const entries = [entry('kubectl', { 'f:spec': { 'f:ports': { ...port(8081), ...port(9090) } } })];
  const of = (field: string, desired: object, live: object) => obstacles([{ field }], desired, live, entries);

  it('is a field that is there and not rendered', () => {
    const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: {} } } };
    const recreate = { spec: { strategy: { type: 'Recreate' } } };
    const taken = { 'f:spec': { 'f:strategy': { 'f:rollingUpdate': {} } } };
    expect(of('spec.strategy.rollingUpdate', recreate, rolling)).toEqual(taken);
    expect(of('spec.strategy.type', recreate, rolling)).toBeUndefined();
    expect(of('spec.other', recreate, rolling)).toBeUndefined();
    const noted = (annotations: object) => ({ metadata: { annotations } });
    expect(of('metadata.annotations[a.b/c]', noted({ d: 'x' }), noted({ 'a.b/c': 'x' }))).toEqual({
      'f:metadata': { 'f:annotations': { 'f:a.b/c': {} } },
    });
  });

  it('is an item of others with the same value there as one of ours, and no other item', () => {
    const live = ports({ port: 8081, protocol: 'TCP', name: 'http' }, { port: 9090, protocol: 'TCP', name: 'metrics' });
    const taken = { 'f:spec': { 'f:ports': { [key(8081)]: {} } } };
    expect(of('spec.ports[2].name', ports({ port: 80, name: 'http' }), live)).toEqual(taken);
    expect(of('spec.ports[0].name', ports({ port: 80, name: 'other' }), live)).toBeUndefined();
    const unnamed = ports({ port: 8081, protocol: 'TCP' }, { port: 9090, protocol: 'TCP', name: 'metrics' });
    expect(of('spec.ports[0].name', ports({ port: 80 }), unnamed)).toEqual(taken);
  });

  it('is a field of others inside of an item of ours', () => {
    const live = ports({ port: 9090, protocol: 'TCP', appProtocol: 'x' });
    const taken = { 'f:spec': { 'f:ports': { [key(9090)]: { 'f:appProtocol': {} } } } };
    expect(of('spec.ports[0].appProtocol', ports({ port: 9090 }), live)).toEqual(taken);
  });
});

describe('to take over', () => {
  it('makes it ours alone', () => {
    const entries = [
      entry('kubectl', { 'f:spec': { 'f:ports': { ...port(8081), ...port(9090) } } }),
      entry('gone', { 'f:spec': { 'f:ports': port(8081) } }),
      entry('ours', { 'f:spec': { 'f:type': {} } }, { operation: 'Apply' }),
    ];
    expect(takeOver(entries, 'ours', 'v1', { 'f:spec': { 'f:ports': { [key(8081)]: {} } } })).toEqual([
      entry('kubectl', { 'f:spec': { 'f:ports': port(9090) } }),
      entry('ours', { 'f:spec': { 'f:type': {}, 'f:ports': { [key(8081)]: {} } } }, { operation: 'Apply' }),
    ]);
  });
});

describe('an adoption', () => {
  const live = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: {} } as Desired;
  const adopted = (entries: Entry[], keeping: string[] = []) => adopt(entries, 'ours', live, keeping);
  const applied = (fieldsV1: FieldSet) => entry('ours', fieldsV1, { operation: 'Apply' });

  it('takes what managers own, but for Kubernetes itself, subresources and those that keep theirs', () => {
    const kept = [
      entry('kube-controller-manager', { 'f:spec': { 'f:volumeName': {} } }),
      entry('kubectl', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' }),
      entry('injector', { 'f:data': { 'f:injected': {} } }),
    ];
    const metadata = { 'f:labels': { 'f:a': {} }, 'f:finalizers': { 'v:"x/y"': {} } };
    const taken = [
      entry('helm', { 'f:data': { 'f:a': {} }, 'f:metadata': metadata }),
      entry('edit', { 'f:data': { 'f:b': {} } }),
    ];
    expect(adopted([...taken, ...kept], ['injector'])).toEqual([
      ...kept,
      applied({ 'f:data': { 'f:a': {}, 'f:b': {} }, 'f:metadata': { 'f:labels': { 'f:a': {} } } }),
    ]);
  });

  it.each([
    ['no one is known to own anything', []],
    ['it is owned under another version', [entry('helm', { 'f:data': {} }, { apiVersion: 'v1beta1' })]],
  ])('takes all there is where %s', (_, entries) => {
    const marks = { 'f:labels': {}, 'f:annotations': {} };
    expect(adopted(entries)).toEqual([applied({ 'f:data': {}, 'f:metadata': marks })]);
  });
});
