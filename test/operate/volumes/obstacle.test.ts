import type { Stored } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../lib/operate/observed.js';
import { render } from '../../../lib/render/render.js';
import { child, nacos } from '../../nacos-object.js';
import {
  claim,
  condition,
  credentials,
  dataMark,
  gateOf,
  look,
  observed,
  running,
  schemaJob,
  statefulSet,
  stepOf,
  up,
} from '../world.js';

// Whose StatefulSet must not be made, or changed, until something else has happened.
const database = { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } };
const volume = (storage: string) => ({ volume: { enabled: true, requests: { storage } } });
const cluster = { type: 'cluster', replicas: 3, version: '2.3.2', certification: { enabled: true } };
const members = [0, 1, 2].map((ordinal) => up(ordinal, { version: '2.3.2' }));
const claims = [0, 1, 2].map((ordinal) => claim(ordinal, dataMark(3), { requested: '20Gi', capacity: '20Gi' }));

describe('a StatefulSet with former claim templates', () => {
  /** An instance of 10Gi that is to get more, and something else too; its claims have grown already. */
  function found(former: object, change: object, more: Partial<Observed> = {}, ended = true) {
    const object = nacos({ ...cluster, ...former, ...volume('20Gi'), ...change });
    const rendered = child(render(nacos({ ...cluster, ...former, ...volume('10Gi') })), 'StatefulSet');
    const live = { ...statefulSet(3), spec: rendered.spec } as Stored<StatefulSet>;
    const jobs = 'database' in former ? [schemaJob(object, ended)] : [];
    const type = 'database' in former ? 'mysql' : 'embedded';
    const marked = claims.map((one) => ({ ...one, mark: dataMark(3, { database: type }) }));
    const seen = observed(members, { statefulSet: live, listed: 3, volumes: { claims: marked }, ...more });
    return { object, seen, jobs };
  }

  it('is replaced where the new one can be made at once', () => {
    for (const { object, seen, jobs } of [found({}, {}), found({ database }, { version: '2.3.2' })])
      expect(stepOf(object, seen, { jobs })).toMatchObject({ type: 'ReplaceStatefulSet' });
  });

  it.each([
    ['an older version', {}, { version: '2.0.4' }, {}, true, /no way back/],
    ['a version that its embedded database cannot become', {}, { version: '2.5.1' }, {}, true, /cannot be altered/],
    ['members with other names', {}, { clusterDomain: 'other.example' }, {}, true, /set it back/],
    ['a schema that is not there yet', { database }, {}, {}, false, /waits for the schema/],
    [
      'keys that are missing',
      {},
      {},
      { credentials: { ...credentials, missing: ['token'] } },
      true,
      /Secret n-auth gets token/,
    ],
  ])('stays where the new one would wait, and says what for: %s', (_what, former, change, more, ended, why) => {
    const { object, seen, jobs } = found(former, change, more, ended);
    expect(stepOf(object, seen, { jobs })?.type).not.toBe('ReplaceStatefulSet');
    expect(gateOf(object, seen, 'StatefulSet', { jobs })).toMatch(why);
    const resized = condition(look(object, seen, { jobs }), 'VolumesResized');
    expect(resized).toMatchObject({ status: 'False', reason: 'Waiting', message: expect.stringMatching(why) });
  });
});

it.each([
  ['former claim templates', '20Gi', 3],
  ['another size', '10Gi', 5],
])(
  'a StatefulSet that is being deleted gets no step and no change for %s, and what holds it is named',
  (_what, storage, replicas) => {
    const rendered = child(render(nacos({ ...cluster, ...volume('10Gi') })), 'StatefulSet');
    const { metadata, ...rest } = statefulSet(3);
    const going = { ...metadata, deletionTimestamp: '2026-11-21T08:00:00Z', finalizers: ['example.com/hold'] };
    const live = { ...rest, metadata: going, spec: rendered.spec } as Stored<StatefulSet>;
    const found = observed(members, { statefulSet: live, listed: 3, volumes: { claims } });
    const object = nacos({ ...cluster, replicas, ...volume(storage) });
    expect(stepOf(object, found)).toBeUndefined();
    expect(gateOf(object, found, 'StatefulSet')).toMatch(/StatefulSet n, which is being deleted, .*example\.com\/hold/);
  },
);

describe('a cluster of another size', () => {
  // The last one gets no client traffic any more, so that it could leave.
  const ready = members.map((member) => ({ ...member, traffic: member.ordinal < 2 }));
  const desired = (replicas: number, more: object = {}) =>
    nacos({ type: 'cluster', version: '2.3.2', replicas, ...more });

  it.each([
    ['may not change', { version: '2.0.4' }, 'from 2.3.2 to 2.0.4'],
    ['has former claim templates', volume('10Gi'), 'to be replaced around its running pods'],
  ])('neither begins to grow nor to shrink while the StatefulSet %s', (_what, more, why) => {
    const found = observed(ready, { ...running(3), volumes: { claims: [0, 1, 2].map((ordinal) => claim(ordinal)) } });
    for (const replicas of [2, 4]) {
      expect(stepOf(desired(replicas), found)).toMatchObject({ inChildren: true });
      expect(stepOf(desired(replicas, more), found)).not.toMatchObject({ inChildren: true });
      const scaled = condition(look(desired(replicas, more), found), 'Scaled');
      expect(scaled).toMatchObject({ reason: 'Waiting', message: expect.stringContaining(why) });
    }
  });

  it('keeps a member in Raft that would be taken out while its pod cannot be stopped', () => {
    const found = observed(ready, running(3, 2));
    expect(stepOf(desired(2), found)).toMatchObject({ type: 'RemovePeers' });
    expect(stepOf(desired(2, { version: '2.0.4' }), found)).toBeUndefined();
  });
});
