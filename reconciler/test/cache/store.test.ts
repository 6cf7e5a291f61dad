import { describe, expect, it } from 'vitest';
import { isNewer, Store } from '../../src/cache/store.js';
import type { Stored } from '../../src/object.js';

const make = (name: string, resourceVersion: string, extra: object = {}, data = 'x') =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion, ...extra },
    data: { data },
  }) as unknown as Stored;
const ownedBy = (uid: string) => ({
  ownerReferences: [{ uid, controller: true, kind: 'Web', name: 'web', apiVersion: 'v1' }],
});

function listening() {
  const store = new Store('manager');
  const heard: string[] = [];
  store.listen((before, after, initial) => {
    heard.push(
      `${before?.metadata.resourceVersion ?? '-'}→${after?.metadata.resourceVersion ?? '-'}${initial ? ' initial' : ''}`,
    );
  });
  return { store, heard };
}

describe('Store', () => {
  it('reports what comes, changes and goes', () => {
    const { store, heard } = listening();
    store.put(make('a', '1'), { initial: true });
    store.put(make('a', '2', {}, 'y'));
    store.remove(make('a', '3'));
    expect(heard).toEqual(['-→1 initial', '1→2', '2→-']);
  });

  it('says nothing of a new version in which nothing is new', () => {
    const { store, heard } = listening();
    store.put(make('a', '1'));
    store.put(make('a', '2', { managedFields: [{ manager: 'kubelet' }] }));
    expect(heard).toEqual(['-→1']);
    expect(store.get('a', 'shop')?.metadata.resourceVersion).toBe('2');
  });

  it('keeps the later of two versions, in whatever order they come', () => {
    const { store } = listening();
    store.put(make('a', '10', {}, 'late'));
    store.put(make('a', '9', {}, 'early'));
    expect(store.get('a', 'shop')?.metadata.resourceVersion).toBe('10');
  });

  it('does not take the end of an object for that of its successor', () => {
    const { store } = listening();
    store.put(make('a', '10', { uid: 'second' }));
    store.remove(make('a', '9', { uid: 'first' }));
    expect(store.get('a', 'shop')).toBeDefined();
  });

  it('finds what an owner controls, also after the owner changed', () => {
    const { store } = listening();
    store.put(make('a', '1', ownedBy('x')));
    store.put(make('b', '2', ownedBy('x')));
    store.put(make('a', '3', ownedBy('y')));
    const names = (uid: string) => [...store.ownedBy(uid)].map(({ metadata }) => metadata.name);
    expect([names('x'), names('y')]).toEqual([['b'], ['a']]);
    store.remove(make('b', '4'));
    expect(names('x')).toEqual([]);
  });

  it('reports a field that is no longer ours though it looks the same', () => {
    const { store, heard } = listening();
    const entry = (fields: object) => ({
      managedFields: [{ manager: 'manager', operation: 'Apply', fieldsV1: fields }],
    });
    store.put(make('a', '1', entry({ 'f:data': {} })));
    store.put(make('a', '2', entry({})));
    expect(heard).toEqual(['-→1', '1→2']);
  });
});

describe('resource versions', () => {
  it('are compared as numbers that may be longer than a double', () => {
    expect(isNewer('10', '9')).toBe(true);
    expect(isNewer('9007199254740993', '9007199254740992')).toBe(true);
    expect(isNewer('9', '9')).toBe(false);
  });
});
