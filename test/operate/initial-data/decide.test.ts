import { describe, expect, it } from 'vitest';
import { decideItems, remember, type Written } from '../../../lib/operate/initial-data/feature.js';
import { itemsOf } from '../../../lib/operate/initial-data/observe.js';
import type { Item, ObservedItem } from '../../../lib/operate/observed-item.js';
import { withDefaults } from '../../../lib/resource/validate.js';

function items(initialData: object): Item[] {
  return itemsOf(withDefaults({ metadata: { name: 'n' }, spec: { initialData } }).spec.initialData!);
}

const [one, two] = items({
  configurations: [
    { dataId: 'a', content: '1' },
    { dataId: 'b', content: '2' },
  ],
}) as [Item, Item];
const [forced] = items({ policy: 'Overwrite', configurations: [{ dataId: 'a', content: '1' }] }) as [Item];
const absent: ObservedItem = { item: one, there: 'absent', wanted: 'new' };
const same: ObservedItem = { item: one, there: 'same', wanted: 'new', found: 'new' };
const different: ObservedItem = { item: one, there: 'different', wanted: 'new', found: 'live' };
const other: ObservedItem = { item: two, there: 'same', wanted: 'w', found: 'w' };
const written = (hash?: string): Written => [{ item: one.name, ...(hash && { hash }) }];
const what = (found: ObservedItem, written?: Written) => decideItems([found, other], written)[0]?.verdict;

describe('what is declared', () => {
  it('is written where it is not there', () => {
    expect(what(absent)).toBe('write');
  });

  it('is left alone where it is there as it should be', () => {
    expect(what(same)).toBe('done');
  });

  it('is written again when its source changed, and it was not changed on the server', () => {
    expect(what(different, written('live'))).toBe('write');
  });

  it.each([
    ['it was changed on the server', different, written('old')],
    ['it was there before it was declared', different, undefined],
    ['a lost status no longer says who wrote it', different, []],
    ['its content is secret, and so is not remembered', { ...different, found: undefined }, written()],
    ['it was deleted', absent, [...written('old'), { item: two.name, hash: 'w' }]],
  ])('stays as it is on the server where %s', (_why, found, seeded) => {
    expect(what(found, seeded)).toBe('keep');
    expect(what({ ...found, item: forced }, seeded)).toBe('write');
  });

  it('is changed nowhere by a lost status, which only brings back what a person has deleted', () => {
    const known: Written = [...written('live'), { item: two.name, hash: 'w' }];
    for (const found of [same, different, { ...different, found: 'edited' }])
      expect(what(found, [])).toBe(found === same ? 'done' : 'keep');
    expect([what(absent, known), what(absent, [])]).toEqual(['keep', 'write']);
  });

  it('waits for its source', () => {
    expect(what({ ...absent, missing: 'create it' })).toBe('wait');
  });

  it('does not wait for a source that went away after it was written', () => {
    expect(what({ ...different, missing: 'create it' }, written('live'))).toBe('keep');
  });
});

describe('a server that lost its data', () => {
  const gone = [absent, { ...other, there: 'absent' as const }];
  const seeded: Written = [...written('old'), { item: two.name, hash: 'w' }];

  it('is filled again', () => {
    expect(decideItems(gone, seeded).map(({ verdict }) => verdict)).toEqual(['write', 'write']);
    expect(remember(gone, seeded)).toEqual([]);
  });

  it('is not one from which something was deleted', () => {
    expect(decideItems([absent, other], seeded).map(({ verdict }) => verdict)).toEqual(['keep', 'done']);
  });

  it('is not a fresh one', () => {
    expect(decideItems(gone, []).map(({ verdict }) => verdict)).toEqual(['write', 'write']);
  });
});

describe('the memory', () => {
  it('has what is there as it should be, and keeps what was there once', () => {
    expect(remember([same, { ...other, there: 'different', found: 'x' }], [{ item: two.name, hash: 'w' }])).toEqual([
      { item: one.name, hash: 'new' },
      { item: two.name, hash: 'w' },
    ]);
  });

  it('forgets what is no longer declared, and takes nothing of others for its own', () => {
    expect(remember([different], [{ item: two.name, hash: 'w' }])).toEqual([]);
  });

  it('stays the same while nothing changes', () => {
    const first = remember([same, other]);
    expect(remember([same, other], first)).toEqual(first);
  });
});

it('has items in the order in which they need each other, with the type that the name of a configuration says', () => {
  const all = items({
    namespaces: [{ id: 'dev' }],
    users: [{ username: 'ann', passwordSecret: { name: 's' }, roles: ['reader'] }],
    permissions: [{ role: 'reader', namespace: 'dev', action: 'r' }],
    configurations: [{ namespace: 'dev', dataId: 'a.yml', content: 'x' }],
  });
  expect(all.map(({ name }) => name)).toEqual([
    'namespace dev',
    'user ann',
    'role reader of ann',
    'permission r of reader on dev',
    'configuration dev/DEFAULT_GROUP/a.yml',
  ]);
  expect(all.at(-1)).toMatchObject({ configuration: { type: 'yaml' }, overwrite: false });
});
