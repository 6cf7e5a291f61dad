import type { Stored } from 'cdk8s-reconciler';
import type { Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { render } from '../../../lib/render/render.js';
import { child, nacos } from '../../nacos-object.js';
import { claim, condition, dataMark, decideOn, gateOf, look, observed, statefulSet, stepOf, up } from '../world.js';

describe('members that would get other names', () => {
  const cluster = { type: 'cluster', version: '2.3.2' };
  const live = { ...statefulSet(3), spec: child(render(nacos(cluster)), 'StatefulSet').spec } as Stored<StatefulSet>;

  /** What the StatefulSet and the list of members wait for. */
  function waiting(change: object, members = [0, 1, 2].map((ordinal) => up(ordinal, { version: '2.3.2' }))) {
    const found = observed(members, { statefulSet: live, listed: 3 });
    return (['StatefulSet', 'ConfigMap'] as const).map((kind) => gateOf(nacos({ ...cluster, ...change }), found, kind));
  }

  it.each([
    ['clusterDomain', { clusterDomain: 'other.example' }],
    ["the official operator's variable", { env: [{ name: 'DOMAIN_NAME', value: 'other.example' }] }],
  ])('keep theirs, with the way out: by %s', (_, change) => {
    const way = /in n-headless\.shop\.svc\.cluster\.local, .* in n-headless\.shop\.svc\.other\.example .*set it back/;
    for (const why of waiting(change)) expect(why).toMatch(way);
  });

  it.each([
    ['a variable', { env: [{ name: 'NACOS_APPLICATION_PORT', value: '8849' }] }],
    ['a property', { config: 'server.port=8849' }],
  ])('keep their port, by which Raft knows them too, and clients theirs: by %s', (_, change) => {
    for (const why of waiting(change)) expect(why).toMatch(/^port 8849: members are known by port 8848, .*set it back/);
    const found = observed(
      [0, 1, 2].map((ordinal) => up(ordinal, { version: '2.3.2' })),
      { statefulSet: live, listed: 3 },
    );
    const object = nacos({ ...cluster, ...change });
    const before = child(decideOn(nacos(cluster), found).children as never, 'Service', 'n-client') as Stored<Service>;
    expect(gateOf(object, found, 'Service', { services: [before] })).toMatch(/^port 8849/);
    expect(condition(look(object, found), 'Stalled')).toMatchObject({ reason: 'DomainChangeRefused' });
  });

  it('may have theirs in another spelling', () => {
    expect(waiting({ clusterDomain: 'cluster.local' })).toEqual([undefined, undefined]);
    expect(waiting({ env: [{ name: 'DOMAIN_NAME', value: 'cluster.local' }] })).toEqual([undefined, undefined]);
  });

  it('are reported, and no claim is marked with the names that are refused', () => {
    const object = nacos({ ...cluster, clusterDomain: 'other.example', volume: { enabled: true } });
    const claims = [0, 1, 2].map((ordinal) => claim(ordinal, dataMark(3)));
    const controlled = { ...live.metadata, ownerReferences: [{ controller: true, uid: '' }] };
    const found = observed(
      [0, 1, 2].map((ordinal) => up(ordinal, { version: '2.3.2' })),
      { statefulSet: { ...live, metadata: controlled as never }, listed: 3, volumes: { claims } },
    );
    const seen = look(object, found);
    expect([seen.status?.phase, condition(seen, 'Stalled')?.reason]).toEqual(['Failed', 'DomainChangeRefused']);
    expect(stepOf(object, found)?.type).not.toBe('MarkClaims');
  });

  it('of another namespace or name, as over claims that were restored there, are reported as such', () => {
    const domain = 'n-headless.elsewhere.svc.cluster.local';
    const claims = [0, 1, 2].map((ordinal) => claim(ordinal, dataMark(3, { domain })));
    const seen = look(nacos({ ...cluster, volume: { enabled: true } }), observed([], { volumes: { claims } }));
    expect(condition(seen, 'Stalled')).toMatchObject({
      reason: 'DomainChangeRefused',
      message: expect.stringContaining('make a Nacos of the name and in the namespace that they had'),
    });
  });

  it('get them where none has ever answered: the domain may have been wrong', () => {
    expect(waiting({ clusterDomain: 'other.example' }, [])).toEqual([undefined, undefined]);
  });
});
