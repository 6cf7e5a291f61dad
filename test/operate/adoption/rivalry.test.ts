import { expect, it } from 'vitest';
import { Rivalry } from '../../../lib/operate/adoption/observe.js';

const wrote = (time: string) => [{ manager: 'manager', time }];

it('another operator is taken for gone once it has not written for a minute, and not at the first look', () => {
  let now = 0;
  const rivalry = new Rivalry(() => now);
  const after = (seconds: number, time?: string) => {
    now += seconds * 1000;
    return rivalry.seen('uid', time ? wrote(time) : []);
  };
  // What it wrote before it was stopped says nothing, also where it was never erased.
  expect(after(0, '2026-11-30T08:00:00Z')).toEqual({ looked: false });
  expect(after(5, '2026-11-30T08:00:00Z')).toEqual({ looked: false });
  expect(after(5)).toEqual({ looked: true });
  expect(after(5, '2026-11-30T08:00:09Z')).toEqual({ looked: true, rival: 'manager' });
  // Its own status is the last one again.
  expect(after(5)).toEqual({ looked: true, rival: 'manager' });
  expect(after(60, '2026-11-30T08:00:09Z')).toEqual({ looked: true });
  expect(rivalry.seen('another', wrote('2026-11-30T08:00:00Z'))).toEqual({ looked: false });
});

it('what was not looked at for ten minutes is looked at again from the start', () => {
  let now = 0;
  const rivalry = new Rivalry(() => now);
  rivalry.seen('uid', []);
  now = 601_000;
  expect(rivalry.seen('uid', wrote('2026-11-30T08:00:00Z'))).toEqual({ looked: false });
});
