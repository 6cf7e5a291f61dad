import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/queue/clock.js';

const day = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function calls(milliseconds: number) {
  const call = vi.fn();
  return { call, cancel: systemClock.after(milliseconds, call) };
}

it.each([30, 365, 24.86])('calls after %s days, which are more than a timer of Node takes', (days) => {
  const { call } = calls(days * day);
  vi.advanceTimersByTime(days * day - 1);
  expect(call).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(call).toHaveBeenCalledTimes(1);
});

it('calls none that has cancelled, also after the first of several timers', () => {
  const { call, cancel } = calls(60 * day);
  vi.advanceTimersByTime(30 * day);
  cancel();
  vi.advanceTimersByTime(60 * day);
  expect(call).not.toHaveBeenCalled();
});

it('never calls after Infinity, and at once after less than nothing', () => {
  const [never, now] = [calls(Number.POSITIVE_INFINITY), calls(-5)];
  vi.advanceTimersByTime(1000 * day);
  expect(never.call).not.toHaveBeenCalled();
  expect(now.call).toHaveBeenCalledTimes(1);
});

it('refuses what is no number', () => {
  expect(() => systemClock.after(Number.NaN, () => {})).toThrow('NaN');
});
