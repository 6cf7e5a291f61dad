import { expect, it } from 'vitest';
import { Deafness } from '../../lib/operate/cluster/disconnected.js';
import { silent, up } from './world.js';

const deaf = up(1, { leaders: { nacos_config: '' } });
const uids = (uid: string) =>
  new Map([
    ['n-0', 'a'],
    ['n-1', uid],
  ]);

function seen() {
  let now = 0;
  const deafness = new Deafness(() => now);
  return (time: number, member = deaf, uid = 'b') => {
    now = time;
    return deafness.seen([up(0), member], uids(uid)).map(({ deafFor }) => deafFor);
  };
}

it('counts from when it first saw a server UP and without the leader that others have', () => {
  const look = seen();
  expect([look(1000), look(6000), look(11_000)]).toEqual([
    [undefined, 0],
    [undefined, 5000],
    [undefined, 10_000],
  ]);
});

it.each([
  ['hears one', up(1), 'b'],
  ['does not answer', silent(1), 'b'],
  ['says that it starts', up(1, { leaders: { nacos_config: '' }, state: 'STARTING' }), 'b'],
  ['is in another pod', deaf, 'c'],
])('begins again once it %s', (_what, member, uid) => {
  const look = seen();
  look(0);
  look(60_000, member, uid);
  expect(look(65_000, deaf, uid === 'c' ? 'd' : uid)).toEqual([undefined, 0]);
});
