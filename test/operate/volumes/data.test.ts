import type { Stored } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { Observed, ObservedClaim } from '../../../lib/operate/observed.js';
import { dataOf } from '../../../lib/operate/volumes/claims.js';
import { render } from '../../../lib/render/render.js';
import { child, nacos } from '../../nacos-object.js';
import {
  claim,
  condition,
  dataMark,
  decideOn,
  gateOf,
  look,
  observed,
  silent,
  statefulSet,
  stepOf,
  up,
} from '../world.js';

const volume = { enabled: true };
const cluster = (replicas = 3, more: object = {}) =>
  nacos({ type: 'cluster', version: '2.3.2', replicas, volume, ...more });
const standalone = (more: object = {}) => nacos({ type: 'standalone', version: '2.3.2', volume, ...more });
const upTo = (count: number) => Array.from({ length: count }, (_, ordinal) => ordinal);
const claimsOf = (count: number, mark = dataMark(count)) => upTo(count).map((ordinal) => claim(ordinal, mark));
const alone = dataMark(1, { type: 'standalone', domain: undefined });
/** Claims, and nothing that runs. */
const left = (claims: readonly ObservedClaim[]) => observed([], { volumes: { claims } });

/** Replicas of the StatefulSet that is written; undefined while it waits. */
function started(object: ReturnType<typeof nacos>, found: Observed): number | undefined {
  if (gateOf(object, found, 'StatefulSet') !== undefined) return undefined;
  return child(decideOn(object, found).children as never, 'StatefulSet').spec?.replicas;
}

/** What a human reads, and whether something is started. */
function verdict(object: ReturnType<typeof nacos>, found: Observed) {
  const after = look(object, found);
  const { reason, message } = condition(after, 'Stalled') ?? {};
  return { phase: after.status?.phase, reason, message, started: started(object, found) };
}

describe('a Nacos over the claims of a former one', () => {
  it('takes them over where the shape is the same', () => {
    expect(started(cluster(), left(claimsOf(3)))).toBe(3);
    expect(started(standalone(), left([claim(0, alone)]))).toBe(1);
  });

  it.each([1, 5])('of %s replicas starts with the members that Raft has, not with fewer nor with more', (replicas) => {
    expect(started(cluster(replicas), left(claimsOf(3)))).toBe(3);
  });

  it.each([
    ['is on its way out', { terminating: true }],
    ['will go with its StatefulSet', {}],
  ])('starts with all of them while a pod of the former one %s, and not in another shape', (_what, more) => {
    const last = [{ pod: 'n-0', ordinal: 0, ready: false, ...more }];
    expect(started(cluster(), observed(last, { volumes: { claims: claimsOf(3) } }))).toBe(3);
    const other = observed(last, {
      volumes: { claims: [...claimsOf(3).slice(0, 2), claim(2, dataMark(3, { origin: 'other' }))] },
    });
    expect(verdict(cluster(), other)).toMatchObject({ reason: 'DataOfOthers', started: undefined });
  });

  it('starts a member again whose claim is gone, as long as a majority is there', () => {
    expect(started(cluster(), left(claimsOf(3).slice(1)))).toBe(3);
  });

  it('does not take a member that had left for one of its members', () => {
    const gone = claim(1, dataMark(1));
    expect(started(cluster(1), left([claim(0, dataMark(1)), gone]))).toBe(1);
    expect(started(cluster(1), left([gone]))).toBe(1);
  });

  it.each<[string, ReturnType<typeof nacos>, readonly ObservedClaim[]]>([
    ['a cluster where a standalone server was', cluster(1), [claim(0, alone)]],
    ['a standalone server where a cluster was', standalone(), claimsOf(3)],
    ['another database', cluster(3, { database: { type: 'mysql', mysqlHost: 'db', schema: 'External' } }), claimsOf(3)],
    ['a server without volumes', standalone({ volume: { enabled: false } }), [claim(0, alone)]],
  ])('starts nothing for %s, and says the ways out', (_what, object, claims) => {
    const found = verdict(object, left(claims));
    expect(found).toMatchObject({ phase: 'Failed', reason: 'DataOfAnotherShape', started: undefined });
    expect(found.message).toMatch(/db-n-0 holds .*spec\.type (cluster|standalone).*kubectl delete pvc db-n-0/);
  });

  it('names all claims of another shape in the command that lets their data go', () => {
    const found = verdict(
      cluster(3, { database: { type: 'mysql', mysqlHost: 'db', schema: 'External' } }),
      left(claimsOf(3)),
    );
    expect(found.message).toContain('kubectl delete pvc db-n-0 db-n-1 db-n-2 -n shop');
    expect(verdict(standalone(), left(claimsOf(3))).message).toContain('kubectl delete pvc db-n-0 -n shop');
  });

  it('starts nothing for another line on the embedded database, whatever the status says', () => {
    const found = verdict(cluster(3, { version: '3.0.3' }), left(claimsOf(3)));
    expect(found).toMatchObject({ phase: 'Failed', reason: 'EmbeddedUpgradeRefused', started: undefined });
    const older = verdict(cluster(3, { version: '2.3.2' }), left(claimsOf(3, dataMark(3, { version: '3.0.3' }))));
    expect(older).toMatchObject({ reason: 'DowngradeRefused', started: undefined });
  });

  it('waits where its members would have other names than Raft has', () => {
    expect(gateOf(cluster(3, { clusterDomain: 'other.example' }), left(claimsOf(3)), 'StatefulSet')).toMatch(
      /set it back/,
    );
  });

  it('starts nothing where one claim is of other data, nor where empty members would outvote the rest', () => {
    const [first, second] = claimsOf(3);
    const mixed = verdict(cluster(), left([first!, second!, claim(2, dataMark(3, { origin: 'other' }))]));
    expect(mixed).toMatchObject({ reason: 'DataOfOthers', started: undefined });
    expect(mixed.message).toContain('kubectl delete pvc db-n-2 -n shop');
    expect(verdict(cluster(), left([first!]))).toMatchObject({ reason: 'DataIncomplete', started: undefined });
    expect(started(cluster(), left([{ ...first!, consented: true }]))).toBe(3);
  });

  const older = { members: 1, version: '2.1.2', domain: 'other.svc.cluster.local' };
  describe.each(upTo(3).map((ordinal) => [ordinal] as const))('where claim %s is from an older backup', (ordinal) => {
    const restored = (field: keyof typeof older) =>
      left(claimsOf(3).with(ordinal, claim(ordinal, dataMark(3, { [field]: older[field] }))));

    it('starts with the most members that any claim speaks of, and with no older version', () => {
      for (const replicas of [1, 3]) expect(started(cluster(replicas), restored('members'))).toBe(3);
      const refused = verdict(cluster(3, { version: '2.1.2' }), restored('version'));
      expect(refused).toMatchObject({ reason: 'DowngradeRefused', started: undefined });
    });

    it('starts nothing with other names than it says', () => {
      expect(verdict(cluster(), restored('domain'))).toMatchObject({
        reason: 'DomainChangeRefused',
        started: undefined,
      });
    });

    it('asks about the one of other data, and not about the rest', () => {
      const other = claim(ordinal, dataMark(3, { origin: 'other' }));
      const found = verdict(cluster(), left(claimsOf(3).with(ordinal, other)));
      expect(found).toMatchObject({ reason: 'DataOfOthers', started: undefined });
      expect(found.message).toContain(`kubectl delete pvc db-n-${ordinal} -n shop`);
    });
  });

  it('of two kinds of data keeps the one without consent, and where both are as many the first', () => {
    const [first, ...others] = [0, 1, 2].map((one) => claim(one, dataMark(3, { origin: one === 0 ? 'own' : 'other' })));
    const consented = others.map((one) => ({ ...one, consented: true }));
    expect(dataOf([first!, ...consented])?.origin).toBe('own');
    expect(dataOf([first!, others[0]!])?.origin).toBe('own');
    expect(dataOf(consented)?.origin).toBe('other');
  });
});

describe('claims that say nothing of their data', () => {
  const unknown = upTo(3).map((ordinal) => claim(ordinal));

  it('are not started on, and the commands for either way name them all', () => {
    const found = verdict(cluster(1), left(unknown));
    expect(found).toMatchObject({ phase: 'Failed', reason: 'DataUnknown', started: undefined });
    expect(found.message).toMatch(/kubectl annotate pvc db-n-0 db-n-1 db-n-2 -n shop --overwrite nacos\.io\/use-for=/);
    expect(found.message).toMatch(/kubectl delete pvc db-n-0 db-n-1 db-n-2 -n shop/);
  });

  it('are with consent, all of them at once', () => {
    const consented = unknown.map((one) => ({ ...one, consented: true }));
    expect(started(cluster(1), left(consented))).toBe(3);
    expect(started(cluster(1), left([consented[0]!, unknown[1]!]))).toBe(1);
  });

  it('are nothing to ask about as long as they have no volume', () => {
    expect(started(cluster(), left([claim(0, undefined, { capacity: '0' })]))).toBe(3);
  });

  it('are where their volume will be one that is there, or a copy', () => {
    const restored = claim(0, undefined, { capacity: '0', filled: true });
    expect(verdict(cluster(), left([restored]))).toMatchObject({ reason: 'DataUnknown', started: undefined });
  });

  it('learn it from what runs on them, and stop nothing', () => {
    const found = clusterOf(3, [...unknown]);
    expect(verdict(cluster(), found)).toMatchObject({ reason: undefined, started: 3 });
    expect(stepOf(cluster(), found)).toMatchObject({
      type: 'MarkClaims',
      claims: ['db-n-0', 'db-n-1', 'db-n-2'],
      mark: { origin: 'claim-0', type: 'cluster', database: 'embedded', members: 3, version: '2.3.2' },
    });
  });

  it('learn it only from a StatefulSet of this very Nacos', () => {
    const found = clusterOf(3, unknown);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Nacos', name: 'n', uid: 'another', controller: true }];
    const set = { ...found.statefulSet!, metadata: { ...found.statefulSet!.metadata, ownerReferences } };
    expect(stepOf(cluster(), { ...found, statefulSet: set })?.type).not.toBe('MarkClaims');
  });
});

/** Members that are well, on claims. */
function clusterOf(count: number, claims: readonly ObservedClaim[], spec: object = cluster(count).spec): Observed {
  const rendered = child(render(nacos(spec)), 'StatefulSet');
  const live = { ...statefulSet(count), spec: { ...rendered.spec, replicas: count } } as Stored<StatefulSet>;
  const address = (ordinal: number, port: number) => `n-${ordinal}.n-headless.shop.svc.cluster.local:${port}`;
  const peers = { nacos_config: upTo(count).map((one) => address(one, 7848)) };
  const list = upTo(count).map((one) => address(one, 8848));
  const members = upTo(count).map((one) => ({ ...up(one, { version: '2.3.2', peers, list }), traffic: true }));
  return observed(members, { statefulSet: live, listed: count, volumes: { claims } });
}

describe('what a claim says of its data', () => {
  it('is the same for a member whose volume was lost, and another where all data is new', () => {
    const [, second, third] = claimsOf(3);
    const lost = clusterOf(3, [claim(0), second!, third!]);
    expect(stepOf(cluster(), lost)).toMatchObject({
      type: 'MarkClaims',
      claims: ['db-n-0'],
      mark: { origin: 'first' },
    });
    const fresh = clusterOf(1, [claim(0), claim(1, dataMark(1))]);
    expect(stepOf(cluster(1), fresh)).toMatchObject({ claims: ['db-n-0'], mark: { origin: 'claim-0' } });
  });

  it('follows the number of members, and marks the claim of one that left as such', () => {
    expect(stepOf(cluster(), clusterOf(3, claimsOf(4)))).toMatchObject({
      type: 'MarkClaims',
      claims: ['db-n-0', 'db-n-1', 'db-n-2', 'db-n-3'],
      mark: { members: 3 },
    });
    expect(stepOf(cluster(), clusterOf(3, claimsOf(4, dataMark(3))))?.type).not.toBe('MarkClaims');
  });

  it('follows no list that is longer than there ever were servers, and starts none for it while none answers', () => {
    const [nine, five] = [clusterOf(3, claimsOf(4, dataMark(3))), clusterOf(3, claimsOf(4, dataMark(5)))];
    const unheard = ({ members, ...rest }: Observed, listed: number) =>
      observed(
        members.map(({ ordinal }) => silent(ordinal)),
        { ...rest, listed },
      );
    expect(stepOf(cluster(), unheard(nine, 9))).toBeUndefined();
    expect(stepOf(cluster(), unheard(five, 5))).toMatchObject({ type: 'ScaleUp', size: { members: 5, servers: 4 } });
  });

  it('is never written over that of other data', () => {
    const found = clusterOf(3, [...claimsOf(2, dataMark(3)), claim(2, dataMark(3, { origin: 'other' }))]);
    expect(stepOf(cluster(), found)?.type).not.toBe('MarkClaims');
  });
});

describe('a new member', () => {
  it('does not join on a claim of other data, nor on one that nothing is known of', () => {
    for (const [strange, why] of [
      [claim(3, dataMark(5, { origin: 'other' })), /db-n-3 holds other data .*kubectl delete pvc db-n-3 -n shop/],
      [claim(3), /nothing says what is in it.*kubectl annotate pvc db-n-3/],
    ] as const) {
      const found = clusterOf(3, [...claimsOf(3), strange]);
      expect(stepOf(cluster(5), found)?.type).not.toBe('ScaleUp');
      const after = look(cluster(5), found);
      expect(after.status?.phase).toBe('Failed');
      expect(condition(after, 'Scaled')).toMatchObject({ reason: 'SizeRefused', message: expect.stringMatching(why) });
      expect(stepOf(cluster(3), found)?.type).not.toBe('ScaleDown');
    }
  });

  it('joins on an empty claim, on one of the same data, and on one with consent', () => {
    for (const good of [claim(3, dataMark(3)), claim(3, undefined, { consented: true })])
      expect(stepOf(cluster(5), clusterOf(3, [...claimsOf(3), good]))).toMatchObject({ type: 'ScaleUp' });
    expect(stepOf(cluster(5), clusterOf(3, claimsOf(3)))).toMatchObject({ type: 'ScaleUp' });
  });
});

describe('a claim that is not retained', () => {
  const spec = { volume: { enabled: true, retain: false } };
  const owned = (mark = dataMark(3)) => claimsOf(4, mark).map((one) => ({ ...one, owned: true }));

  it('is deleted once its member has left Raft', () => {
    const found = clusterOf(3, owned());
    expect(stepOf(cluster(3, spec), found)).toMatchObject({ type: 'DeleteClaim', claim: 'db-n-3', pod: 'n-3' });
    expect(stepOf(cluster(3), { ...found, volumes: { claims: claimsOf(4, dataMark(3)) } })?.type).not.toBe(
      'DeleteClaim',
    );
  });

  it('stays while Raft does not answer, while the list has the member, and where its data is other data', () => {
    const found = clusterOf(3, owned());
    const silent = found.members.map((one) => ({ ...one, server: { reachable: false as const, reason: 'no answer' } }));
    const other = [...owned().slice(0, 3), claim(3, dataMark(3, { origin: 'other' }))];
    for (const seen of [
      { ...found, members: silent },
      { ...found, listed: 4 },
      { ...found, volumes: { claims: other } },
    ])
      expect(stepOf(cluster(3, spec), seen)?.type).not.toBe('DeleteClaim');
  });

  it('is deleted once, and while others hold it only its own member waits to come back', () => {
    const held = owned().map((one, ordinal) => (ordinal === 3 ? { ...one, ending: true } : one));
    const found = clusterOf(3, held);
    expect(stepOf(cluster(3, spec), found)?.type).not.toBe('DeleteClaim');
    expect(look(cluster(3, spec), found).status?.phase).toBe('Running');
    expect(stepOf(cluster(1, spec), found)).toMatchObject({ type: 'DisableTraffic' });
    const growing = look(cluster(5, spec), found);
    expect(stepOf(cluster(5, spec), found)).not.toMatchObject({ inChildren: true });
    expect(condition(growing, 'Scaled')?.message).toMatch(/adding n-3 waits until volume claim db-n-3 is gone/);
  });

  it('goes with the Nacos, to which it is made to belong', () => {
    const found = clusterOf(3, claimsOf(3));
    expect(stepOf(cluster(3, spec), found)).toMatchObject({ type: 'MarkClaims', owned: true });
  });
});

describe('a member that runs on a claim of other data', () => {
  const marks = (...origins: readonly string[]) => origins.map((origin, one) => claim(one, dataMark(3, { origin })));
  const runs = (claims: readonly ObservedClaim[], servers = claims.length) =>
    look(
      cluster(),
      observed(
        upTo(servers).map((ordinal) => up(ordinal, { version: '2.3.2' })),
        { statefulSet: statefulSet(servers), listed: 3, volumes: { claims } },
      ),
    );

  it.each([
    ['n-0', marks('other', 'ours', 'ours')],
    ['n-1', marks('ours', 'other', 'ours')],
    ['n-2', marks('ours', 'ours', 'other')],
  ])('is named, with the ways out, while the others go on: %s', (pod, claims) => {
    const seen = runs(claims);
    expect(condition(seen, 'Stalled')).toMatchObject({ status: 'True', reason: 'DataOfOthers' });
    const command = `kubectl delete pvc db-${pod} -n shop --wait=false and then kubectl delete pod ${pod} -n shop`;
    expect(condition(seen, 'DataKept')?.message).toContain(command);
  });

  it.each([
    ['a human has let it use that', marks('ours', 'ours', 'other').map((one) => ({ ...one, consented: true }))],
    ['nothing is written on it', [...marks('ours', 'ours'), claim(2)]],
    ['it is not started', marks('ours', 'ours', 'other'), 2],
  ])('is not where %s', (_, claims, servers = claims.length) => {
    expect(condition(runs(claims, servers), 'DataKept')).toBeUndefined();
  });
});
