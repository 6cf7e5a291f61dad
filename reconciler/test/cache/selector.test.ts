import { ConfigMap } from 'cdk8s-reconciler/kinds';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Caches, selects } from '../../src/cache/caches.js';
import type { Client } from '../../src/client/client.js';
import { systemClock } from '../../src/queue/clock.js';

describe('a selector', () => {
  const labels = { app: 'web', 'example.com/tier': '' };
  it.each([
    ['app', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web , example.com/tier', true],
    ['example.com/tier=', true],
    ['!other', true],
    ['other!=x', true],
    ['app!=x,!other', true],
    ['app=api', false],
    ['!app', false],
    ['other', false],
    ['app!=web', false],
    ['app,other', false],
    // Only the API server judges sets.
    ['app in (web,api)', false],
    ['app notin (api)', false],
  ])('%s selects: %s', (selector, selected) => {
    expect(selects(selector, labels)).toBe(selected);
  });
});

it('an object that was just created is known where a selector surely selects it', () => {
  const caches = new Caches({ client: {} as Client, clock: systemClock, log: pino({ level: 'silent' }) });
  const cache = caches.get(ConfigMap, 'test', 'app');
  const created = (labels: Record<string, string>) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: { name: 'a', namespace: 'shop', uid: 'a', resourceVersion: '1', labels },
  });
  expect([cache.has(created({ app: 'web' })), cache.has(created({}))]).toEqual([true, false]);
});
