import { expect, it } from 'vitest';
import { laterTurn, turn } from '../../src/queue/turn.js';

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Pieces of 3 ms, with a look at the clock before each; notes the turns of the event loop in which they were. */
async function job(name: string, pieces: number, log: string[]): Promise<void> {
  for (let i = 0; i < pieces; i++) {
    await turn();
    work(3);
    log.push(name);
  }
}

it('lets timers run between pieces of work that wait for nothing', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await job('a', 40, []);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(3);
});

it('begins with another turn where something has just taken long', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  for (let i = 0; i < 10; i++) {
    work(3);
    await laterTurn();
  }
  clearInterval(timer);
  expect(ticks).toBeGreaterThanOrEqual(5);
});

it('lets a small job through after a slice of each large one', async () => {
  const log: string[] = [];
  const large = ['a', 'b', 'c'].map((name) => job(name, 100, log));
  await job('small', 1, log);
  // A slice of 10 ms has at most four pieces.
  expect(log.length).toBeLessThanOrEqual(3 * 4 + 4);
  await Promise.all(large);
});
