import { FakeClock } from 'cdk8s-reconciler/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Claim,
  claimFor,
  decide,
  type Observation,
  observe,
  released,
  timing,
} from '../../src/election/election.js';

const claim = (holder: string, renewTime = ''): Claim => ({ holder, durationSeconds: 15, transitions: 1, renewTime });

describe('election', () => {
  it('waits for the whole duration from when it first saw the record, however old that says it is', () => {
    const ancient = claim('other', '1970-01-01T00:00:00.000000Z');
    const seen = observe(undefined, ancient, '7', 1000);
    expect(decide(seen, 'me', 1000)).toBe('wait');
    expect(decide(seen, 'me', 16_000)).toBe('wait');
    expect(decide(seen, 'me', 16_001)).toBe('take');
  });

  it('starts to count again with every change of the record, whatever time is in it', () => {
    const seen = observe(undefined, claim('other'), '7', 0);
    expect(observe(seen, claim('other'), '7', 9000).seenAt).toBe(0);
    expect(observe(seen, claim('other'), '8', 9000).seenAt).toBe(9000);
  });

  it('takes what was released at once, and creates what is not there', () => {
    const seen = observe(undefined, released(claim('other'), 'now'), '7', 0);
    expect(decide(seen, 'me', 0)).toBe('take');
    expect(decide(observe(undefined, undefined, undefined, 0), 'me', 0)).toBe('create');
  });

  it('takes from none sooner for a shorter duration in the record: the holder does not go by that', () => {
    const seen = observe(undefined, { ...claim('other'), durationSeconds: 1 }, '7', 0);
    expect(decide(seen, 'me', timing.lease)).toBe('wait');
    expect(decide(seen, 'me', timing.lease + 1)).toBe('take');
  });

  it('renews its own, without a new acquisition', () => {
    const before = { ...claim('me'), acquireTime: 'then' };
    expect(decide(observe(undefined, before, '7', 0), 'me', 99_999)).toBe('renew');
    expect(claimFor('renew', before, 'me', 'now')).toMatchObject({
      acquireTime: 'then',
      renewTime: 'now',
      transitions: 1,
    });
    expect(claimFor('take', before, 'me', 'now')).toMatchObject({ acquireTime: 'now', transitions: 2 });
  });

  it('keeps room between the end of writing and the takeover', () => {
    expect(timing.renewDeadline + timing.retry).toBeLessThan(timing.lease);
  });

  /** A Lease as the API server keeps it: every write needs the version that the writer knows. */
  it('never lets two replicas write, whatever stalls, stops and losses there are', () => {
    const replica = fc.constantFrom(0, 1, 2);
    const act = fc.record({ replica, wait: fc.integer({ min: 1, max: 6000 }), fails: fc.boolean(), sleeps: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const clock = new FakeClock();
        let stored: { claim?: Claim; version: number } = { version: 0 };
        const seen: (Observation | undefined)[] = [];
        const renewedAt: (number | undefined)[] = [];
        for (const { replica: i, wait, fails, sleeps } of acts) {
          clock.advance(wait * (sleeps === 0 ? 5 : 1));
          const holds = (j: number) => {
            const at = renewedAt[j];
            return at !== undefined && clock.now() - at < timing.renewDeadline;
          };
          expect([0, 1, 2].filter(holds).length).toBeLessThanOrEqual(1);
          if (fails) continue;
          const me = `replica-${i}`;
          const version = stored.claim && String(stored.version);
          seen[i] = observe(seen[i], stored.claim, version, clock.now());
          const decision = decide(seen[i]!, me, clock.now());
          if (decision === 'wait') continue;
          stored = { claim: claimFor(decision, stored.claim, me, ''), version: stored.version + 1 };
          renewedAt[i] = clock.now();
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
