import { describe, expect, it } from 'vitest';
import { nacos as operator } from '../../lib/operate/controller.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { nacos, onMysql } from '../nacos-object.js';
import { at, condition, look, observed, pod, refreshed, running, silent, statefulSet, stepOf, up } from './world.js';

const standalone = nacos();
const cluster = nacos({ type: 'cluster' });
const three = [up(0), up(1), up(2)];

describe('phase', () => {
  it('is Creating while servers are not there', () => {
    const seen = look(cluster, observed([up(0), { pod: 'n-1', ordinal: 1, ready: false }], running(3)));
    expect(seen.status?.phase).toBe('Creating');
    expect(condition(seen, 'MembersHealthy')?.message).toBe('1 of 3 servers answer; not n-1 (not started)');
  });

  it.each([
    ['standalone', standalone, [up(0)]],
    ['cluster', cluster, three],
  ])('is Running once every server of a %s is ready, answers and is well', (_mode, object, members) => {
    const seen = look(object, observed(members));
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
    expect(look(cluster, observed(members)).status?.phase).toBe('Creating');
  });

  it('is not Running by what was seen before the StatefulSet was written, which replaces all servers', () => {
    const unseen = {
      status: 'False',
      reason: 'LatestGenerationNotObserved',
      message: 'StatefulSet shop/n: …',
    } as const;
    const before = look(cluster, observed(three, running(3)));
    const seen = look(before, observed(three, running(3)), {}, [{ type: 'Ready', ...unseen }]);
    expect(seen.status?.phase).toBe('Updating');
    expect(condition(seen, 'Ready')).toMatchObject(unseen);
  });

  it.each([
    ['Failed, as the API server refuses that', 'True', { phase: 'Failed' }],
    ['as before, as for a moment it did not answer', 'False', {}],
  ] as const)('is, while the operator cannot look, %s', (_what, status, stated) => {
    const standard = [{ type: 'Stalled', status, reason: 'Forbidden', message: 'secrets is forbidden' }];
    expect(operator.undecided?.(cluster, standard)).toEqual(stated);
  });

  it('is Creating, with a look at the database, while servers answer and are not ready', () => {
    const seen = look(nacos(onMysql), observed([up(0), { ...up(1), ready: false }, { ...up(2), ready: false }]));
    expect(seen.status?.phase).toBe('Creating');
    expect(condition(seen, 'MembersHealthy')).toMatchObject({ status: 'False', reason: 'NotReady' });
    expect(condition(seen, 'MembersHealthy')?.message).toContain('n-1, n-2 answer but are not ready');
    expect(condition(seen, 'MembersHealthy')?.message).toContain('their database db:3306');
  });

  it('says of the only member of a cluster, once it takes minutes, that it may wait for itself', () => {
    const message = (object: NacosObject, seconds: number) => {
      const only = { ...silent(0, 'connection refused'), since: at - seconds * 1000 };
      return condition(look(object, observed([only], running(1))), 'MembersHealthy')?.message;
    };
    const one = nacos({ type: 'cluster', version: '2.3.2', replicas: 1 });
    expect(message(one, 60)).toBe('0 of 1 servers answer; not n-0 (connection refused)');
    expect(message(one, 200)).toContain('kubectl delete pod n-0 -n shop');
    expect(message(nacos({ ...onMysql, replicas: 1 }), 200)).not.toContain('delete pod');
    expect(message(nacos({ version: '2.3.2' }), 200)).not.toContain('delete pod');
  });

  it('names a leader that does not know that it leads, and what helps', () => {
    const unaware = up(0, { leaders: { nacos_config: '' } });
    const message = condition(look(cluster, observed([unaware, up(1), up(2)])), 'MembersHealthy')?.message;
    expect(message).toContain(
      'n-0 leads and does not know it: if this stays for minutes, kubectl delete pod n-0 -n shop',
    );
    const deaf = up(1, { leaders: { nacos_config: '' } });
    expect(condition(look(cluster, observed([up(0), deaf, up(2)])), 'MembersHealthy')?.message).not.toContain('delete');
  });

  it('goes with the desired number of servers, also where the spec leaves it open', () => {
    const desired = (object: typeof cluster) => look(object, observed([])).status?.desiredReplicas;
    expect([standalone, cluster, nacos({ type: 'cluster', replicas: 5 })].map(desired)).toEqual([1, 3, 5]);
  });

  it('is Scaling from the moment that a running cluster is to grow until it is whole', () => {
    const desired = nacos({ type: 'cluster', replicas: 5 });
    const growing = look(desired, observed(three, running(3)));
    expect(growing.status?.phase).toBe('Scaling');
    const absent = { pod: 'n-3', ordinal: 3, ready: false };
    const waiting = look(growing, observed([...three, absent], running(4)));
    expect(waiting.status?.phase).toBe('Scaling');
    expect(condition(waiting, 'Scaled')?.message).toBe('4 of 5 members; adding n-4 waits: n-3 is Absent');
    const last = [...three, up(3), { pod: 'n-4', ordinal: 4, ready: false }];
    const full = look(waiting, observed(last, running(5)));
    expect(full.status?.phase).toBe('Scaling');
    expect(condition(full, 'Scaled')?.message).toBe('5 of 5 members; n-4 is Absent');
  });

  it('has nothing to say of the health of a member that was just added', () => {
    const added = (before: NacosObject) =>
      look(before, observed([...three, { pod: 'n-3', ordinal: 3, ready: false }], running(4)));
    const desired = nacos({ type: 'cluster', replicas: 5 });
    const growing = look(desired, observed(three, running(3)));
    expect(condition(added(growing), 'MembersHealthy')).toMatchObject({ status: 'True' });
    const lost = look(nacos({ type: 'cluster', replicas: 4 }), observed(three, running(4)));
    expect(condition(lost, 'MembersHealthy')).toMatchObject({ status: 'False', reason: 'Unreachable' });
  });

  it('lets one member of Nacos 3 grow, which is never ready alone, and says so meanwhile', () => {
    const peers = { nacos_config: ['n-0.n-headless.shop.svc.cluster.local:7848'] };
    const alone = observed([{ ...up(0, { peers }), ready: false }], running(1));
    const one = look(nacos({ type: 'cluster', replicas: 1 }), alone);
    expect(one.status?.phase).toBe('Creating');
    expect(condition(one, 'MembersHealthy')?.message).toContain('never ready: set spec.replicas to 3');
    expect(stepOf(nacos({ type: 'cluster', replicas: 3 }), alone)).toMatchObject({ type: 'ScaleUp' });
    expect(stepOf(nacos({ type: 'cluster', replicas: 3, version: '2.3.2' }), alone)).toBeUndefined();
  });

  it('is Failed where a cluster of Nacos 3 is to have one member, which would serve no client, and it keeps its size', () => {
    const desired = nacos({ type: 'cluster', replicas: 1 });
    const found = refreshed(observed(three, running(3)));
    expect(stepOf(desired, found)).toBeUndefined();
    const seen = look(desired, found);
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'Stalled')).toMatchObject({ reason: 'SizeRefused', message: expect.stringMatching(/to 3/) });
    const older = observed(
      [0, 1, 2].map((ordinal) => up(ordinal, { version: '2.3.2' })),
      running(3),
    );
    const smaller = nacos({ type: 'cluster', replicas: 1, version: '2.3.2' });
    expect(stepOf(smaller, refreshed(older))).toMatchObject({ type: 'ScaleDown' });
  });

  it('is Degraded, and not Scaling, when a member of a running cluster was deleted', () => {
    expect(look(look(cluster, observed(three, running(3))), observed([up(0), up(1)], running(3))).status?.phase).toBe(
      'Degraded',
    );
  });

  it('is Failed, with the remedy, while an image cannot be pulled', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    const containerStatuses = [
      { name: 'n', image: 'a/b:1', imageID: '', ready: false, restartCount: 0, state: { waiting } },
    ];
    const pods = [pod('n-0', { containerStatuses })];
    const seen = look(standalone, observed([{ pod: 'n-0', ordinal: 0, ready: false }]), { pods });
    expect(seen.status?.phase).toBe('Failed');
    const message =
      'Pod n-0, container n, image a/b:1: no such image; check spec.image, spec.version, spec.imagePullSecrets and, for the Job of the schema, spec.mysqlInitImage, or mirror the image';
    for (const type of ['Ready', 'Stalled'])
      expect(condition(seen, type)).toMatchObject({ reason: 'ImagePullBackOff', message });
    expect(condition(seen, 'Reconciling')?.status).toBe('False');
  });

  it('is Failed while the API server refuses a child, in the words of the engine', () => {
    const standard = [{ type: 'Stalled', status: 'True' as const, reason: 'ApplyFailed', message: 'quota' }];
    const seen = look(standalone, observed([]), {}, standard);
    expect(seen.status?.phase).toBe('Failed');
    expect(seen.status?.conditions?.map(({ type }) => type)).not.toContain('Stalled');
  });

  it('is Stopped without servers', () => {
    const stopped = look(nacos({ replicas: 0 }), observed([], { statefulSet: statefulSet(0) }));
    expect(stopped.status?.phase).toBe('Stopped');
  });

  it('is Updating while a change of the pods goes through a cluster that ran', () => {
    const ran = look(cluster, observed(three, running(3)));
    const found = observed([{ ...up(0), outdated: true }, up(1), up(2)], running(3));
    expect(look(ran, found).status?.phase).toBe('Updating');
    const gone = observed([{ ...up(0), outdated: true }, up(1)], running(3));
    expect(look(ran, gone).status?.phase).toBe('Updating');
  });
});
