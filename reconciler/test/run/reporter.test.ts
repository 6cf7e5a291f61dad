import { FakeClock } from 'cdk8s-reconciler/testing';
import type { Event as EventObject } from 'kubernetes-types/events/v1.js';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Api } from '../../src/client/api.js';
import { ApiError } from '../../src/client/api-error.js';
import type { Stored } from '../../src/object.js';
import type { ReportedNote } from '../../src/reconcile/cluster.js';
import { eventOf } from '../../src/run/event-object.js';
import { Reporter } from '../../src/run/reporter.js';

const web = {
  apiVersion: 'my.domain/v1',
  kind: 'Web',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid', resourceVersion: '1' },
} as Stored;

/** A reporter, and the events as the API server has them. */
function started() {
  const events = new Map<string, EventObject>();
  const api = {
    create: async (_: unknown, event: EventObject) => void events.set(event.metadata!.name!, event),
    patch: async (_: unknown, name: string, patch: Partial<EventObject>) => {
      const event = events.get(name);
      if (!event) throw new ApiError('PATCH', 404, 'NotFound', 'not found');
      events.set(name, { ...event, ...patch });
    },
  } as unknown as Api;
  const clock = new FakeClock();
  const reporter = new Reporter('web.my.domain', 'web-0', api, clock, pino({ level: 'silent' }));
  const report = (note: Partial<ReportedNote>) =>
    reporter.report(web, { reason: 'Failed', message: 'no', about: 'step', ...note });
  const pass = async (milliseconds: number) => {
    clock.advance(milliseconds);
    for (let i = 0; i < 1000; i++) await Promise.resolve();
  };
  const counts = () => [...events.values()].map(({ note, series }) => `${note} x${series?.count ?? 1}`);
  return { events, reporter, report, pass, counts };
}

describe('events', () => {
  it('that are equal are one object, with a count that is written now and then', async () => {
    const { report, pass, counts, events } = started();
    for (let i = 0; i < 14; i++) {
      report({});
      await pass(3_000);
    }
    expect(counts()).toEqual(['no x2']);
    await pass(60_000);
    expect(counts()).toEqual(['no x14']);
    expect([...events.values()][0]?.series?.lastObservedTime).toMatch(/^\d{4}-.*\.\d{6}Z$/);
  });

  it('that differ in object, type, reason or message are apart', async () => {
    const { report, pass, counts } = started();
    report({});
    report({ message: 'other' });
    report({ reason: 'Other' });
    report({ type: 'Warning' });
    await pass(0);
    expect(counts()).toHaveLength(4);
  });

  it('start again after a quiet time, and where the API server has forgotten them', async () => {
    const { report, pass, counts, events } = started();
    report({});
    await pass(11 * 60_000);
    report({});
    await pass(0);
    expect(counts()).toEqual(['no x1', 'no x1']);
    events.clear();
    report({});
    await pass(0);
    report({});
    await pass(0);
    expect(counts()).toEqual(['no x1']);
  });

  it('of steps leave the budget of conditions alone, and the reverse', async () => {
    const { report, pass, counts } = started();
    for (let i = 0; i < 40; i++) report({ message: `step ${i}` });
    for (let i = 0; i < 40; i++) report({ message: `condition ${i}`, about: 'condition' });
    await pass(0);
    const of = (about: string) => counts().filter((count) => count.startsWith(about));
    expect([of('step').length, of('condition').length]).toEqual([25, 25]);
  });

  it('are counted to the last at the end of the process', async () => {
    const { report, pass, counts, reporter } = started();
    for (let i = 0; i < 3; i++) report({});
    await pass(0);
    for (let i = 0; i < 3; i++) report({});
    await reporter.stop(1_000);
    expect(counts()).toEqual(['no x6']);
  });
});

describe('an event object', () => {
  const source = { component: 'web', instance: 'web-0' };

  it('has no more bytes than the API server takes, and no half characters', () => {
    for (const text of ['a', 'é', '服', '😀'])
      for (const length of [1023, 1024, 1025, 3000]) {
        const { note = '' } = eventOf(web, { reason: 'Failed', message: text.repeat(length) }, source);
        expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
        expect(Buffer.byteLength(note) + Buffer.byteLength(text)).toBeGreaterThan(Math.min(1024, length));
        expect(text.repeat(length).startsWith(note)).toBe(true);
      }
  });

  it('has a valid name, wherever a long one is cut', () => {
    for (const separator of ['-', '.', '--'])
      for (let before = 196; before < 203; before++) {
        const name = `${'a'.repeat(before)}${separator}${'b'.repeat(40)}`;
        const event = eventOf(
          { ...web, metadata: { ...web.metadata, name } },
          { reason: 'Failed', message: '' },
          source,
        );
        expect(event.metadata?.name).toMatch(/^[a-z0-9]+(-+[a-z0-9]+|\.[a-z0-9]+)*$/);
      }
  });
});
