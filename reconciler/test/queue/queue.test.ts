import { FakeClock } from 'cdk8s-reconciler/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from '../../src/queue/queue.js';
import { requeueDelay } from '../../src/reconcile/requeue.js';

function make() {
  const clock = new FakeClock();
  return { clock, queue: new Queue(clock) };
}

/** Keys that are handed out now, without calling done. */
async function takeAll(queue: Queue): Promise<string[]> {
  const taken: string[] = [];
  while (queue.depth > 0) taken.push((await queue.take())!);
  return taken;
}

describe('Queue', () => {
  it('hands out keys in the order in which they came, each once', async () => {
    const { queue } = make();
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(await takeAll(queue)).toEqual(['a', 'b', 'c']);
  });

  it('lets changes overtake what was there at the start', async () => {
    const { queue } = make();
    for (const key of ['a', 'b', 'c']) queue.add(key, 'low');
    queue.add('x');
    queue.add('c');
    expect(await takeAll(queue)).toEqual(['x', 'c', 'a', 'b']);
  });

  it('hands a key to no other worker while a worker has it, and again when that one is done', async () => {
    const { queue } = make();
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['a']);
    queue.done('a');
    expect(queue.depth).toBe(0);
  });

  it('takes the earlier of two delays', async () => {
    const { queue, clock } = make();
    queue.addAfter('a', 1000);
    queue.addAfter('a', 100);
    queue.addAfter('a', 5000);
    clock.advance(100);
    expect(await takeAll(queue)).toEqual(['a']);
    queue.done('a');
    clock.advance(10_000);
    expect(queue.depth).toBe(0);
  });

  it('drops a delay once the key is handed out: that reconciliation does what the delay was for', async () => {
    const { queue, clock } = make();
    queue.addAfter('a', 1000);
    queue.add('a');
    await queue.take();
    queue.done('a');
    clock.advance(1000);
    expect(queue.depth).toBe(0);
  });

  it('waits longer after each failure, five minutes at most, and starts over after a success', () => {
    const { queue } = make();
    const delays = Array.from({ length: 30 }, () => queue.retry('a'));
    expect(delays[0]).toBeLessThanOrEqual(5);
    expect(delays[29]).toBeGreaterThanOrEqual(150_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(300_000);
    queue.forget('a');
    expect(queue.retry('a')).toBeLessThanOrEqual(5);
  });

  it('hands out a key whose reconciliations never leave it alone less and less often, down to once in a second', async () => {
    const { queue, clock } = make();
    queue.add('a');
    const times: number[] = [];
    while (clock.now() < 60_000) {
      if (queue.depth === 0) {
        clock.advance(1);
        continue;
      }
      const key = (await queue.take())!;
      times.push(clock.now());
      queue.add(key);
      queue.done(key);
    }
    expect(times[1]).toBe(0);
    expect(times.length).toBeLessThan(150);
    const pauses = times.map((time, i) => time - (times[i - 1] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1001);
  });

  it('waits longer after each failure, also where each leaves another status, and at most so long for a change', async () => {
    const { queue, clock } = make();
    queue.add('a');
    let [calls, delay] = [0, 0];
    for (const end = 600_000; clock.now() < end; ) {
      if (queue.depth > 0) {
        const key = (await queue.take())!;
        calls++;
        queue.addStated(key);
        delay = queue.retry(key);
        queue.done(key);
      } else clock.advance(100);
    }
    expect(calls).toBeLessThan(30);
    expect(delay).toBeGreaterThan(100_000);
    queue.add('a');
    expect(await takeAll(queue)).toEqual(['a']);
  });

  it('hands out a key that is written for again and again, as in a fight, down to once in a second', async () => {
    const { queue, clock } = make();
    const times: number[] = [];
    for (let rivals = 0; clock.now() < 120_000; clock.advance(5)) {
      // The rival's change comes some milliseconds after each of ours.
      if (times.length >= rivals) {
        queue.add('a');
        rivals = times.length + 1;
      }
      if (queue.depth === 0) continue;
      const key = (await queue.take())!;
      times.push(clock.now());
      queue.wrote(key);
      queue.done(key);
    }
    expect(times.length).toBeLessThan(300);
    expect(times[20]).toBeLessThan(500);
    clock.advance(10_001);
    for (const key of await takeAll(queue)) queue.done(key);
    queue.add('a');
    expect(await takeAll(queue)).toEqual(['a']);
  });

  it('hands out a key again of which a reconciliation that succeeded has changed the status', async () => {
    const { queue } = make();
    queue.add('a');
    await queue.take();
    queue.addStated('a');
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['a']);
  });

  it('hands out a key at once again after a reconciliation that left it alone', async () => {
    const { queue, clock } = make();
    for (const again of [true, true, false, true]) {
      queue.add('a');
      await queue.take();
      if (again) queue.add('a');
      queue.done('a');
      clock.advance(1_000);
      if (again) {
        await queue.take();
        queue.done('a');
      }
      expect(queue.depth).toBe(0);
    }
  });

  it('never forgets what was there at the start, however many changes overtake it', async () => {
    const { queue } = make();
    queue.add('old', 'low');
    const taken: string[] = [];
    for (let i = 0; i < 20; i++) {
      queue.add(`new-${i}`);
      queue.add(`newer-${i}`);
      taken.push((await queue.take())!);
    }
    expect(taken).toContain('old');
  });

  it('comes back after any number of seconds, after one at the earliest, and never where that is Infinity', () => {
    const any = fc.oneof(
      fc.double({ noNaN: true, max: 1e300, noDefaultInfinity: true }),
      fc.constantFrom(30 * 86_400, 1e12, 0, -1, Infinity, -Infinity),
    );
    const property = fc.property(any, (seconds) => {
      const { queue, clock } = make();
      const delay = requeueDelay(seconds) ?? Number.POSITIVE_INFINITY;
      queue.addAfter('a', delay);
      clock.advance(999);
      expect(queue.depth).toBe(0);
      clock.advance(delay === Number.POSITIVE_INFINITY ? 1e15 : delay);
      expect(queue.depth).toBe(seconds === Number.POSITIVE_INFINITY ? 0 : 1);
    });
    fc.assert(property, { seed: 7 });
  });

  it('refuses what is no number of seconds in words', () => {
    expect(() => requeueDelay(Number.NaN)).toThrow('requeueAfter is NaN, expected seconds');
    expect(() => requeueDelay('5' as never)).toThrow('requeueAfter is 5, expected seconds');
    expect(() => make().queue.addAfter('a', Number.NaN)).toThrow(RangeError);
  });

  it('waits as long as the API server asks, five minutes at most, whatever number that is', () => {
    const property = fc.property(fc.double(), (asked) => {
      const { queue } = make();
      const delay = queue.retry('a', asked);
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThanOrEqual(300_000);
      if (asked > 5) expect(delay).toBe(Math.min(asked, 300_000));
    });
    fc.assert(property, { seed: 7 });
  });

  it('waits at least as long as the API server asked', () => {
    const { queue, clock } = make();
    queue.retry('a', 2000);
    clock.advance(1999);
    expect(queue.depth).toBe(0);
    clock.advance(1);
    expect(queue.depth).toBe(1);
  });

  it('hands out nothing more once it is closed, and lets waiting workers go', async () => {
    const { queue, clock } = make();
    const waiting = queue.take();
    queue.addAfter('later', 10);
    queue.close();
    queue.add('a');
    clock.advance(10);
    expect(await waiting).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
  });

  it('never runs one key twice at once, never loses one, whatever happens in whatever order', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const command = fc.oneof(
      fc.record({ do: fc.constant('add' as const), key, lane: fc.constantFrom('normal' as const, 'low' as const) }),
      fc.record({ do: fc.constant('later' as const), key, delay: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ do: fc.constant('take' as const) }),
      fc.record({ do: fc.constant('done' as const) }),
      fc.record({ do: fc.constant('advance' as const), by: fc.integer({ min: 1, max: 60 }) }),
    );
    const property = fc.asyncProperty(fc.array(command, { maxLength: 80 }), async (commands) => {
      const { queue, clock } = make();
      const active: string[] = [];
      // Keys that were added and no reconciliation has begun with since.
      const owed = new Set<string>();
      const take = async () => {
        const taken = (await queue.take())!;
        expect(active).not.toContain(taken);
        expect(owed.delete(taken)).toBe(true);
        active.push(taken);
      };
      for (const command of commands) {
        if (command.do === 'add') queue.add(command.key, command.lane);
        if (command.do === 'later') queue.addAfter(command.key, command.delay);
        if (command.do === 'add' || command.do === 'later') owed.add(command.key);
        if (command.do === 'advance') clock.advance(command.by);
        if (command.do === 'take' && queue.depth > 0) await take();
        if (command.do === 'done' && active.length > 0) queue.done(active.shift()!);
      }
      clock.advance(2_000);
      for (const taken of active.splice(0)) queue.done(taken);
      while (queue.depth > 0) await take();
      expect([...owed]).toEqual([]);
    });
    await fc.assert(property, { seed: 7, numRuns: 300 });
  });
});
