import type { Stored } from 'cdk8s-reconciler';
import { PersistentVolumeClaim, type Secret, type StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { mustWait } from '../../lib/operate/hold.js';
import { observe } from '../../lib/operate/observe.js';
import { plan } from '../../lib/operate/plan.js';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { child, nacos } from '../nacos-object.js';
import { condition, facts, look, schemaJob, up } from './world.js';

// Whose StatefulSet must not be made, or changed, until something else has happened.
const database = { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } };
const volume = (storage: string) => ({ volume: { enabled: true, requests: { storage } } });
const cluster = { type: 'cluster', replicas: 3, version: '2.3.2' };
const status: NacosObject['status'] = { version: '2.3.2', membership: { members: 3, servers: 3 } };
const refused = { version: '2.0.4' };

describe('a StatefulSet with former claim templates', () => {
  const keys = ['token', 'identityKey', 'identityValue', 'administratorPassword', 'revisionKey'];
  const secret: Stored<Secret> = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'n-auth', namespace: 'shop', uid: 's', resourceVersion: '1' },
  };
  const data = Object.fromEntries(keys.map((key) => [key, Buffer.from('x'.repeat(48)).toString('base64')]));
  const with3 = { ...cluster, certification: { enabled: true } };

  /** An instance of 10Gi that is to get more, and something else too; its claims have grown already. */
  async function found(former: object, change: object, more: { keys?: boolean; ended?: boolean } = {}) {
    const object = nacos({ ...with3, ...former, ...volume('20Gi'), ...change }, { status });
    const rendered = child(render(nacos({ ...with3, ...former, ...volume('10Gi') }, { status })), 'StatefulSet');
    const live = { ...rendered, metadata: { ...rendered.metadata, uid: 'n', resourceVersion: '1' } };
    const children = {
      statefulSets: [live as Stored<StatefulSet>],
      jobs: 'database' in former ? [schemaJob(object, more.ended ?? true)] : [],
      secrets: [{ ...secret, data: more.keys === false ? {} : data }],
      configMaps: [],
      pods: [],
    };
    const claim = { spec: { resources: { requests: { storage: '20Gi' } } }, status: { capacity: { storage: '20Gi' } } };
    const get = async (kind: unknown, name: string) =>
      kind === PersistentVolumeClaim ? { ...claim, metadata: { name } } : undefined;
    const context = { get, signal: new AbortController().signal } as unknown as Parameters<typeof observe>[2];
    const seen = await observe(object, children, context);
    return { object, children, seen, wait: mustWait(child(render(object), 'StatefulSet'), object, children) };
  }

  it('is replaced where the new one can be made at once', async () => {
    for (const { object, seen } of [await found({}, {}), await found({ database }, { version: '2.3.2' })])
      expect(plan(object, seen)).toMatchObject({ type: 'ReplaceStatefulSet' });
  });

  it.each([
    ['an older version', {}, refused, {}, /no way back/],
    ['a version that its embedded database cannot become', {}, { version: '2.5.1' }, {}, /tables cannot be altered/],
    ['members with other names', {}, { clusterDomain: 'other.example' }, {}, /set it back/],
    ['a schema that is not there yet', { database }, {}, { ended: false }, /waits for the schema/],
    ['keys that are missing', {}, {}, { keys: false }, /waits for the keys/],
  ])('stays where the new one would wait, and says what for: %s', async (_what, former, change, more, why) => {
    const { object, children, seen, wait } = await found(former, change, more);
    expect(plan(object, seen)?.type).not.toBe('ReplaceStatefulSet');
    expect(wait).toMatch(why);
    const resized = condition(look(object, seen, { ...children, pods: [] }), 'VolumesResized');
    expect(resized).toMatchObject({ status: 'False', reason: 'Waiting', message: expect.stringMatching(why) });
  });
});

describe('a cluster of another size', () => {
  const live = { members: 3, servers: 3, seen: true };
  // Clients are not led to the last one any more, so that it could leave.
  const members = [0, 1, 2].map((ordinal) => ({ ...up(ordinal, { version: '2.3.2' }), serves: ordinal < 2 }));
  const asked = (replicas: number) => nacos({ ...cluster, replicas }, { status });
  const membership = (replicas: number, more: object) =>
    look(asked(replicas), facts(members, { live, ...more })).status?.membership;

  it.each([
    ['may not change', { held: 'from 2.3.2 to 2.0.4' }, 'from 2.3.2 to 2.0.4'],
    ['has former claim templates', { volumes: { claims: [], outdatedTemplates: true } }, 'claim templates'],
  ])('neither begins to grow nor to shrink while the StatefulSet %s', (_what, more, why) => {
    for (const replicas of [2, 4]) {
      expect(membership(replicas, {})).not.toEqual({ members: 3, servers: 3 });
      expect(membership(replicas, more)).toEqual({ members: 3, servers: 3 });
      const action = plan(asked(replicas), facts(members, { live, ...more }));
      expect(['ReplaceStatefulSet', undefined]).toContain(action?.type);
      const scaled = condition(look(asked(replicas), facts(members, { live, ...more })), 'Scaled');
      expect(scaled).toMatchObject({ reason: 'Waiting', message: expect.stringContaining(why) });
    }
  });

  it('keeps a member in Raft that would be taken out while its pod cannot be stopped', () => {
    const leaving = nacos(
      { ...cluster, replicas: 2 },
      { status: { ...status, membership: { members: 2, servers: 3 } } },
    );
    const found = facts(members, { live: { ...live, members: 2 } });
    expect(plan(leaving, found)).toMatchObject({ type: 'RemovePeers' });
    expect(plan(leaving, { ...found, held: 'from 2.3.2 to 2.0.4' })).toBeUndefined();
  });
});
