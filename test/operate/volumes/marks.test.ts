import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../lib/operate/observed.js';
import { dataAnnotation, refusalAnnotation } from '../../../lib/operate/volumes/claims.js';
import { observeVolumes, parseMark } from '../../../lib/operate/volumes/observe.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { nacos } from '../../nacos-object.js';
import { dataMark, statefulSet } from '../world.js';

const mark = dataMark(3);
const object = nacos({ type: 'cluster', version: '2.3.2', replicas: 3, volume: { enabled: true } });

/** What is seen where each claim that is asked for is like this, and how many are asked for. */
async function look(claim: { readonly metadata?: object; readonly spec?: object }, more: Partial<Observed> = {}) {
  let asked = 0;
  const get = async (_kind: unknown, name: string) => {
    asked += 1;
    return { ...claim, metadata: { name, uid: name, ...claim.metadata } };
  };
  const context = { get } as unknown as Parameters<typeof observeVolumes>[3];
  const { claims } = await observeVolumes(object, resolve(object), { members: [], ...more } as Observed, context);
  return { claims, asked };
}

const seen = (annotations: Readonly<Record<string, string>>, more?: Partial<Observed>) =>
  look({ metadata: { annotations } }, more);

it('reads the mark that it writes', () => {
  expect(parseMark(JSON.stringify(mark))).toEqual(mark);
});

describe.each<readonly [string, string]>([
  ['no JSON', 'x'],
  ['null', 'null'],
  ['a number', '3'],
  ['a list', '[]'],
  ...Object.entries({
    origin: [undefined, 1],
    type: [undefined, 'both', null],
    database: [undefined, 'postgresql'],
    members: [undefined, 0, -1, 1.5, 100, 1e9, '3', null],
    version: [2, null],
    domain: [{}],
  }).flatMap(([field, values]) =>
    values.map((value) => [`${field} ${value}`, JSON.stringify({ ...mark, [field]: value })] as const),
  ),
])('a mark of %s, edited by hand', (_, annotation) => {
  it('is none, and has no more claims asked for', async () => {
    const { claims, asked } = await seen({ [dataAnnotation]: annotation });
    expect(claims[0]?.mark).toBeUndefined();
    expect(asked).toBe(9);
  });
});

it('asks for the claims of no more servers than a Nacos may have, whatever hands have made of its StatefulSet', async () => {
  expect((await seen({}, { statefulSet: statefulSet(1_000_000) })).asked).toBe(100);
});

it.each(['null', '{}', '[]', '{"size":1,"at":1,"message":"x"}', '{"size":"1Gi","at":"x","message":"x"}'])(
  'takes a refusal of %s, edited by hand, for none',
  async (annotation) => {
    expect((await seen({ [refusalAnnotation]: annotation })).claims[0]?.refused).toBeUndefined();
  },
);

it.each([
  ['a volume by its name', { volumeName: 'pv-1' }],
  ['a snapshot', { dataSource: { kind: 'VolumeSnapshot', name: 'backup' } }],
  ['another claim', { dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'other' } }],
])('a claim that waits for %s is none of an empty volume', async (_what, spec) => {
  expect((await look({ spec })).claims[0]?.filled).toBe(true);
  expect((await look({})).claims[0]?.filled).toBeUndefined();
});

it.each([
  ['goes', [{ pod: 'n-0', ordinal: 0, ready: false, terminating: true }], 9],
  ['runs on without its StatefulSet', [{ pod: 'n-0', ordinal: 0, ready: true, orphan: true }], 4],
])('the claims that are looked at while a pod %s', async (_what, members, asked) => {
  expect((await look({}, { members })).asked).toBe(asked);
});

it('nothing starts on a claim that is being deleted, so that what it says counts only for servers that run', async () => {
  const going = { metadata: { deletionTimestamp: '2026-11-21T08:00:00Z' } };
  expect((await look(going)).claims).toEqual([]);
  const { claims } = await look(going, { statefulSet: statefulSet(3) });
  expect(claims.every(({ ending }) => ending)).toBe(true);
});
