import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type State, start, step } from '../../src/cache/watch.js';
import type { Stored } from '../../src/object.js';

const object = (resourceVersion: string, name = 'web') =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, uid: name, resourceVersion } }) as Stored;
const watching = (version: string, failures = 0): State => ({ at: 'watching', version, failures });
const event = (type: string, version: string): Answer => ({ is: 'event', event: { type, object: object(version) } });
const error = (code: number): Answer => ({ is: 'event', event: { type: 'ERROR', object: { code } as never } });

describe('list and watch', () => {
  it('delivers the pages of a list as they come, says with the last one what there is, and watches from its version', () => {
    const first = step(start, { is: 'page', items: [object('1', 'a')], token: 'next', version: '9' });
    expect(first).toMatchObject({ state: { at: 'listing', token: 'next' }, pause: { for: 'nothing' } });
    expect(first.deliver).toEqual({ do: 'take', version: '9', items: [object('1', 'a')] });
    const second = step(first.state, { is: 'page', items: [object('2', 'b')], version: '9' });
    expect(second.state).toEqual(watching('9'));
    expect(second.deliver).toEqual({ do: 'take', version: '9', items: [object('2', 'b')], listed: ['a', 'b'] });
  });

  const table: [string, State, Answer, State, object][] = [
    ['ADDED is put', watching('1', 3), event('ADDED', '5'), watching('5'), { do: 'put' }],
    ['MODIFIED is put', watching('1'), event('MODIFIED', '5'), watching('5'), { do: 'put' }],
    ['DELETED is removed', watching('1'), event('DELETED', '5'), watching('5'), { do: 'remove' }],
    ['BOOKMARK moves on', watching('1'), event('BOOKMARK', '5'), watching('5'), { do: 'advance', version: '5' }],
  ];
  it.each(table)('%s, and what failed before is forgotten', (_name, before, answer, after, delivery) => {
    expect(step(before, answer)).toMatchObject({ state: after, deliver: delivery });
  });

  it('lists again, at once, when its version is no longer kept', () => {
    for (const answer of [error(410), { is: 'refused', status: 410 } as const]) {
      const { state, pause } = step(watching('5'), answer);
      expect(state).toMatchObject({ at: 'listing', listed: [] });
      expect(pause).toEqual({ for: 'nothing' });
    }
  });

  it('does not list in a tight loop when every watch after it is refused with 410', () => {
    let { state, pause } = step(watching('5'), { is: 'refused', status: 410 });
    ({ state } = step(state, { is: 'page', items: [], version: '6' }));
    ({ state, pause } = step(state, { is: 'refused', status: 410 }));
    expect(pause).toMatchObject({ for: 'backoff' });
  });

  it('starts the list over when a page is no longer kept', () => {
    const listing: State = { at: 'listing', token: 'next', listed: ['1'], failures: 0 };
    expect(step(listing, { is: 'refused', status: 410 }).state).toMatchObject({ at: 'listing', listed: [] });
  });

  it('asks for the same page again after any other failure', () => {
    const listing: State = { at: 'listing', token: 'next', listed: ['1'], failures: 0 };
    expect(step(listing, { is: 'refused', status: 500 }).state).toEqual({ ...listing, failures: 1 });
  });

  const failures: [string, Answer][] = [
    ['a broken connection', { is: 'broken' }],
    ['500', { is: 'refused', status: 500 }],
    ['an ERROR event 500', error(500)],
    ['an unknown event', event('SOMETHING', '7')],
    ['an event without a version', { is: 'event', event: { type: 'ADDED', object: {} as Stored } }],
  ];
  it.each(failures)('goes on from the same version after %s, with a pause that grows', (_name, answer) => {
    const once = step(watching('5'), answer);
    expect(once.state).toEqual(watching('5', 1));
    expect(once.pause).toMatchObject({ for: 'backoff', failures: 1 });
    expect(step(once.state, answer).pause).toMatchObject({ for: 'backoff', failures: 2 });
  });

  it('waits at least as long as the server asks', () => {
    const { pause } = step(watching('5'), { is: 'refused', status: 429, retryAfter: 3000 });
    expect(pause).toMatchObject({ for: 'backoff', atLeast: 3000 });
  });

  it('connects again at once after a stream that ended in order, but not over and over', () => {
    const once = step(watching('5'), { is: 'closed' });
    expect(once.pause).toEqual({ for: 'nothing' });
    expect(step(once.state, { is: 'closed' }).pause).toMatchObject({ for: 'backoff' });
  });

  it.each(['closed', 'broken'] as const)('connects again at once after one that lasted, %s, however often', (is) => {
    let state: State = watching('5', 3);
    for (let i = 0; i < 5; i++) {
      const next = step(state, { is, lasted: true });
      expect(next.pause).toEqual({ for: 'nothing' });
      expect(next.state).toMatchObject({ at: 'watching', version: '5', failures: 0 });
      state = next.state;
    }
    // The version may be from before a restored backup.
    expect(step(state, { is, lasted: true }).state.at).toBe('listing');
  });

  it('keeps what it has while the kind is not served, and looks again, less and less often', () => {
    const once = step(watching('5'), { is: 'refused', status: 404 });
    expect(once).toEqual({ state: watching('5', 1), pause: { for: 'definition', failures: 1 } });
    expect(step(once.state, { is: 'refused', status: 404 }).pause).toEqual({ for: 'definition', failures: 2 });
  });

  it('lists again when a version brings nothing but failures: it may be from before a restored backup', () => {
    let state = watching('999');
    for (let i = 0; i < 6; i++) ({ state } = step(state, { is: 'broken' }));
    expect(state.at).toBe('listing');
  });

  it('never goes back to an earlier version, and pauses after every failure but the first 410', () => {
    const answer = fc.oneof(
      fc.constant<Answer>({ is: 'closed' }),
      fc.constant<Answer>({ is: 'broken' }),
      fc.constantFrom(401, 403, 404, 409, 410, 429, 500, 503).map((status): Answer => ({ is: 'refused', status })),
    );
    fc.assert(
      fc.property(fc.array(answer), (answers) => {
        let state: State = watching('5');
        let unpaused = 0;
        for (const next of answers) {
          const { state: after, pause } = step(state, next);
          if (after.at === 'watching') expect(after.version).toBe('5');
          unpaused = pause?.for === 'nothing' ? unpaused + 1 : 0;
          expect(unpaused).toBeLessThan(3);
          state = after;
        }
      }),
      { seed: 7 },
    );
  });
});
