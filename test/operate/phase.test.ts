import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, nacos, onMysql } from '../nacos-object.js';
import { condition, facts, look, pod, silent, up } from './world.js';

const standalone = nacos();
const cluster = nacos({ type: 'cluster' });
const three = [up(0), up(1), up(2)];

describe('phase', () => {
  it('is Creating while servers are not there', () => {
    const seen = look(cluster, facts([up(0), { pod: 'n-1', ordinal: 1, ready: false }]));
    expect(seen.status?.phase).toBe('Creating');
    expect(condition(seen, 'MembersHealthy')?.message).toBe('1 of 3 servers answer; not n-1 (not started)');
  });

  it.each([
    ['standalone', standalone, [up(0)]],
    ['cluster', cluster, three],
  ])('is Running once every server of a %s is ready, answers and is well', (_mode, object, members) => {
    const seen = look(object, facts(members));
    expect(seen.status).toMatchObject({ phase: 'Running', version: '3.0.3' });
    expect(condition(seen, 'Ready')).toBeUndefined();
  });

  it.each([
    ['is not ready', [up(0), up(1), { ...up(2), ready: false }]],
    ['hangs', [up(0), up(1), silent(2)]],
    ['is not UP', [up(0), up(1), up(2, { state: 'STARTING' })]],
    ['sees no leader', [up(0), up(1), up(2, { leaders: { nacos_config: '' } })]],
    ['sees another leader', [up(0), up(1), up(2, { leaders: { nacos_config: 'n-1:7848' } })]],
    ['has no administrator', [up(0), up(1), up(2, { administratorMissing: true })]],
    ['does not take our identity', [up(0), up(1), up(2, { refused: true, state: undefined, leaders: {} })]],
  ])('is not Running while a member %s', (_what, members) => {
    expect(look(cluster, facts(members)).status?.phase).toBe('Creating');
  });

  it('is Creating, with a look at the database, while servers answer and are not ready', () => {
    const seen = look(nacos(onMysql), facts([up(0), { ...up(1), ready: false }, { ...up(2), ready: false }]));
    expect(seen.status?.phase).toBe('Creating');
    expect(condition(seen, 'MembersHealthy')).toMatchObject({ status: 'False', reason: 'NotReady' });
    expect(condition(seen, 'MembersHealthy')?.message).toContain('n-1, n-2 answer but are not ready');
    expect(condition(seen, 'MembersHealthy')?.message).toContain('their database db:3306');
  });

  it('does not take authentication that was off for an administrator', () => {
    const named = { certification: { enabled: true, secretName: 'mine' }, version: '2.3.2' };
    const off = look(nacos({ version: '2.3.2' }), facts([up(0)]));
    expect(condition(off, 'AuthReady')).toMatchObject({ status: 'True', reason: 'Off' });
    const on = { ...nacos(named), status: off.status };
    const client = child(render(on), 'Service', 'n');
    expect(client.spec?.selector).toHaveProperty('nacos.io/waits-for');
    const seen = look(on, facts([up(0, { administratorMissing: undefined })]));
    expect(condition(seen, 'AuthReady')).toMatchObject({ status: 'False', reason: 'NotAsked' });
    expect(condition(look(seen, facts([up(0)])), 'AuthReady')?.reason).toBe('AdministratorSet');
  });

  it('goes with the number of servers that is asked for, also where the spec leaves it open', () => {
    const asked = (object: typeof cluster) => look(object, facts([])).status?.desiredReplicas;
    expect([standalone, cluster, nacos({ type: 'cluster', replicas: 5 })].map(asked)).toEqual([1, 3, 5]);
  });

  it('is Scaling from the moment that a running cluster is to grow until it is whole', () => {
    const live = (members: number) => ({ live: { members, servers: members, seen: true } });
    const running = look(cluster, facts(three, live(3)));
    const asked = { ...running, spec: { ...running.spec, replicas: 5 } };
    const growing = look(asked, facts(three, live(3)));
    expect(growing.status).toMatchObject({ phase: 'Scaling', membership: { members: 4, servers: 4 } });
    const waiting = look(growing, facts([...three, { pod: 'n-3', ordinal: 3, ready: false }], live(4)));
    expect(waiting.status).toMatchObject({ phase: 'Scaling', membership: { members: 4, servers: 4 } });
    expect(condition(waiting, 'Scaled')?.message).toBe('4 of 5 members; adding n-4 waits: n-3 is Absent');
  });

  it('lets one member of Nacos 3 grow, which is never ready alone, and says so meanwhile', () => {
    const alone = [
      { ...up(0, { peers: { nacos_config: ['n-0.n-headless.shop.svc.cluster.local:7848'] } }), ready: false },
    ];
    const live = { live: { members: 1, servers: 1, seen: true } };
    const one = look(nacos({ type: 'cluster', replicas: 1 }), facts(alone, live));
    expect(one.status?.phase).toBe('Creating');
    expect(condition(one, 'MembersHealthy')?.message).toContain('never ready: set spec.replicas to 3');
    const growing = look({ ...one, spec: { ...one.spec, replicas: 3 } }, facts(alone, live));
    expect(growing.status).toMatchObject({ membership: { members: 2, servers: 2 } });
    const before3 = look(nacos({ type: 'cluster', replicas: 1, version: '2.3.2' }), facts(alone, live));
    const waiting = look({ ...before3, spec: { ...before3.spec, replicas: 3 } }, facts(alone, live));
    expect(waiting.status).toMatchObject({ membership: { members: 1, servers: 1 } });
  });

  it('is not Scaling when a member of a running cluster was deleted', () => {
    expect(look(look(cluster, facts(three)), facts([up(0), up(1)])).status?.phase).toBe('Creating');
  });

  it('is Failed, with the remedy, while an image cannot be pulled', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    const containerStatuses = [
      { name: 'n', image: 'a/b:1', imageID: '', ready: false, restartCount: 0, state: { waiting } },
    ];
    const pods = [pod('n-0', { containerStatuses })];
    const seen = look(standalone, facts([{ pod: 'n-0', ordinal: 0, ready: false }]), { pods });
    expect(seen.status?.phase).toBe('Failed');
    const message =
      'Pod n-0, container n, image a/b:1: no such image; check spec.image, spec.version and spec.imagePullSecrets, or mirror the image';
    for (const type of ['Ready', 'Stalled'])
      expect(condition(seen, type)).toMatchObject({ reason: 'ImagePullBackOff', message });
    expect(condition(seen, 'Reconciling')?.status).toBe('False');
  });

  it('is Failed while the API server refuses a child, in the words of the loop', async () => {
    const { status } = await import('../../lib/operate/status.js');
    const standard = [{ type: 'Stalled', status: 'True' as const, reason: 'ApplyFailed', message: 'quota' }];
    const children = { statefulSets: [], jobs: [], pods: [] };
    const stated = status(standalone, children, facts([]), standard);
    expect(stated.phase).toBe('Failed');
    expect(stated.conditions.map(({ type }) => type)).not.toContain('Stalled');
  });
});
