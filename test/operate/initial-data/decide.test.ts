import { describe, expect, it } from 'vitest';
import { decide, emptied, remember, type Seeded } from '../../../lib/operate/initial-data/decide.js';
import { type Item, itemsOf } from '../../../lib/operate/initial-data/items.js';
import type { ItemFacts } from '../../../lib/operate/initial-data/look.js';
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
const absent: ItemFacts = { item: one, there: 'absent', wanted: 'new' };
const same: ItemFacts = { item: one, there: 'same', wanted: 'new', found: 'new' };
const different: ItemFacts = { item: one, there: 'different', wanted: 'new', found: 'live' };
const other: ItemFacts = { item: two, there: 'same', wanted: 'w', found: 'w' };
const written = (hash?: string): Seeded => [{ item: one.name, ...(hash && { hash }) }];
const what = (facts: ItemFacts, seeded?: Seeded) => decide([facts, other], seeded)[0]?.what;

describe('what is declared', () => {
  it('is written where it is not there', () => {
    expect(what(absent)).toBe('write');
  });

  it('is left alone where it is there as it should be', () => {
    expect(what(same)).toBe('settled');
  });

  it('is written again when its source changed, and nobody changed it on the server', () => {
    expect(what(different, written('live'))).toBe('write');
  });

  it.each([
    ['somebody changed it on the server', different, written('old')],
    ['it was there before anybody declared it', different, undefined],
    ['a lost status no longer tells who wrote it', different, []],
    ['its content is secret, and so is not remembered', { ...different, found: undefined }, written()],
    ['somebody deleted it', absent, [...written('old'), { item: two.name, hash: 'w' }]],
  ])('stays as it is on the server where %s', (_why, facts, seeded) => {
    expect(what(facts, seeded)).toBe('kept');
    expect(what({ ...facts, item: forced }, seeded)).toBe('write');
  });

  it('waits for its source', () => {
    expect(what({ ...absent, missing: 'create it' })).toBe('waiting');
  });

  it('does not wait for a source that went away after it was written', () => {
    expect(what({ ...different, missing: 'create it' }, written('live'))).toBe('kept');
  });
});

describe('a server that lost its data', () => {
  const gone = [absent, { ...other, there: 'absent' as const }];
  const seeded: Seeded = [...written('old'), { item: two.name, hash: 'w' }];

  it('is filled again', () => {
    expect(emptied(gone, seeded)).toBe(true);
    expect(decide(gone, seeded).map((decision) => decision.what)).toEqual(['write', 'write']);
    expect(remember(gone, seeded)).toEqual([]);
  });

  it('is not one from which somebody deleted something', () => {
    expect(emptied([absent, other], seeded)).toBe(false);
  });

  it('is not a fresh one', () => {
    expect(emptied(gone, [])).toBe(false);
  });
});

describe('the memory', () => {
  it('has what is there as it should be, and keeps what was there once', () => {
    expect(remember([same, { ...other, there: 'different', found: 'x' }], [{ item: two.name, hash: 'w' }])).toEqual([
      { item: one.name, hash: 'new' },
      { item: two.name, hash: 'w' },
    ]);
  });

  it('forgets what is no longer declared, and takes nobody else for its own', () => {
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
