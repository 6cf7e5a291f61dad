import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareData } from '../../lib/data/compare.js';
import { follow, settle } from '../../lib/data/follow.js';
import { type Item, md5, nameOf } from '../../lib/data/item.js';
import { type Policy, planOf } from '../../lib/data/plan.js';
import { Transfer } from '../../lib/data/transfer.js';
import { items } from './contents.js';
import { MemoryStore } from './memory-source.js';

const silent = () => undefined;

function configuration(dataId: string, content: string): Item {
  return { kind: 'configuration', namespace: 'public', group: 'G', dataId, content, md5: md5(content), type: 'text' };
}

const [one, other, third] = ['a', 'b', 'c'].map((dataId) => configuration(dataId, `of ${dataId}`)) as [
  Item,
  Item,
  Item,
];
const changed = configuration('a', 'another content');

async function transfer(source: MemoryStore, target: MemoryStore, policy: Policy) {
  const plan = await planOf(source, target, silent);
  const work = new Transfer(source, target, plan, policy, silent);
  const rounds = await settle(work);
  return { plan, rounds, work, wrong: await work.check(0) };
}

describe('a transfer', () => {
  it('makes an empty target equal, whatever the source has, and finds nothing to do again', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (all) => {
        const [source, target] = [new MemoryStore(all), new MemoryStore()];
        expect((await transfer(source, target, 'abort')).wrong).toEqual([]);
        expect(target.items).toEqual(source.items);
        expect(await compareData(source, target, silent)).toMatchObject({ same: all.length, different: [] });
        expect((await transfer(source, target, 'abort')).rounds).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it.each<[string, readonly Item[]]>([
    ['an item with other contents', [changed]],
    ['an item that the source does not have', [third]],
  ])('writes nothing under abort into a target that has %s', async (_, there) => {
    const target = new MemoryStore(there);
    await expect(transfer(new MemoryStore([one, other]), target, 'abort')).rejects.toThrow(
      /the target is not empty: it has configuration public\/G\/[ac]\. Nothing was written/,
    );
    expect(target.writes).toBe(0);
  });

  it('goes on under abort where a broken-off one left equal items', async () => {
    const target = new MemoryStore([one]);
    await transfer(new MemoryStore([one, other]), target, 'abort');
    expect(target.writes).toBe(1);
  });

  it('leaves under skip what the target has, and replaces it under overwrite; other items stay', async () => {
    const skipping = new MemoryStore([changed, third]);
    await transfer(new MemoryStore([one, other]), skipping, 'skip');
    expect([...skipping.items.values()]).toEqual([changed, third, other]);
    const overwriting = new MemoryStore([changed, third]);
    await transfer(new MemoryStore([one, other]), overwriting, 'overwrite');
    expect([...overwriting.items.values()]).toEqual([one, third, other]);
  });

  it('names what was written and reads differently', async () => {
    const target = new MemoryStore();
    target.onRead = () => void target.items.set(nameOf(other), configuration('b', 'not what was written'));
    expect((await transfer(new MemoryStore([one, other]), target, 'abort')).wrong).toEqual([nameOf(other)]);
  });

  it('does not compare fields that one of two servers does not know, nor authors', async () => {
    const namespace = { kind: 'namespace', id: 'dev', name: 'Dev' } as const;
    const left = new MemoryStore([{ ...namespace, description: 'first' }, { ...one, author: 'ann' } as Item]);
    const old = new MemoryStore([namespace, one], ['namespace.description']);
    expect(await compareData(left, old, silent)).toMatchObject({ same: 2, different: [] });
    const current = new MemoryStore([namespace, one]);
    const { different } = await compareData(left, current, silent);
    expect(different).toEqual([{ name: 'namespace dev', fields: ['description'] }]);
  });
});

describe('a copy that follows', () => {
  it('has all that was written before the stop, removes what is gone, and leaves what it did not copy', async () => {
    const own = configuration('own', 'of the target alone');
    const [source, target] = [new MemoryStore([one, other]), new MemoryStore([own])];
    const { work } = await transfer(source, target, 'skip');
    const stop = new AbortController();
    const changes = [
      () => source.items.set(nameOf(one), changed),
      () => source.items.delete(nameOf(other)),
      () => source.items.set(nameOf(third), third),
    ];
    await follow(work, 0.001, stop.signal, () => {
      changes.shift()?.();
      if (changes.length === 0) stop.abort();
    });
    expect(target.items).toEqual(new Map([own, changed, third].map((item) => [nameOf(item), item])));
    expect(await work.check()).toEqual([]);
  });

  it('removes nothing that a list by pages only missed', async () => {
    const [source, target] = [new MemoryStore([one, other]), new MemoryStore()];
    const { work } = await transfer(source, target, 'abort');
    const list = source.list.bind(source);
    source.list = async function* (only) {
      for await (const listed of list(only)) if (listed.name !== nameOf(other)) yield listed;
    };
    expect((await work.round()).removed).toEqual([]);
    expect(target.items).toEqual(source.items);
  });
});
