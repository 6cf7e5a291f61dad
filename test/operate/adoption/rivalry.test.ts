import { expect, it } from 'vitest';
import { Rivalry } from '../../../lib/operate/adoption/rivalry.js';

it('another operator is taken for gone once it has not answered for a minute, and not at the first look', () => {
  let now = 0;
  const rivalry = new Rivalry(() => now);
  const after = (seconds: number, manager?: string) => {
    now += seconds * 1000;
    return rivalry.seen('uid', manager);
  };
  expect(after(0)).toEqual({ looked: false });
  expect(after(5)).toEqual({ looked: false });
  expect(after(5, 'manager')).toEqual({ looked: true, rival: 'manager' });
  // Its own status is the last one again.
  expect(after(5)).toEqual({ looked: true, rival: 'manager' });
  expect(after(60)).toEqual({ looked: true });
  expect(rivalry.seen('another', undefined)).toEqual({ looked: false });
});

it('what was not looked at for ten minutes is looked at again from the start', () => {
  let now = 0;
  const rivalry = new Rivalry(() => now);
  rivalry.seen('uid', 'manager');
  now = 601_000;
  expect(rivalry.seen('uid', undefined)).toEqual({ looked: false });
});
