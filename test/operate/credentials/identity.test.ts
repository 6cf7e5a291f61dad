import { describe, expect, it } from 'vitest';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { nacos } from '../../nacos-object.js';
import { condition, gateOf, look, observed, running, silent, stepOf, up } from '../world.js';

const cluster = (version: string, more: object = {}) =>
  nacos({ type: 'cluster', replicas: 3, version, ...more }, { status: { phase: 'Running' } });

/** Three members whose StatefulSet has the identity `former` written on it, and whose Secret has `identity`. */
function found(version: string, members: readonly ObservedMember[], former: string | undefined, identity = 'a-2') {
  const live = running(3);
  const annotations = { 'nacos.io/version': version, ...(former && { 'nacos.io/identity-revision': former }) };
  const metadata = { ...live.statefulSet!.metadata, annotations };
  const secrets = { missing: [], identity, revision: 'a-9' };
  return observed(members, { ...live, statefulSet: { ...live.statefulSet!, metadata }, secrets });
}

const of = (version: string) => [0, 1, 2].map((ordinal) => up(ordinal, { version }));
const refusing = (version: string) =>
  [0, 1, 2].map((ordinal) => ({ ...up(ordinal, { version, refused: true }), outdated: true }));

describe('another identity', () => {
  it.each(['3.2.4', '3.3.0'])(
    'is brought to no member of %s, which says what to do; nothing is changed or replaced',
    (version) => {
      const world = found(version, refusing(version), 'a-1');
      expect(gateOf(cluster(version), world, 'StatefulSet')).toMatch(
        /put the former one back, or, .* kubectl delete pod -n shop -l app=n/,
      );
      expect(stepOf(cluster(version), world)).toBeUndefined();
      expect(condition(look(cluster(version), world), 'SecretsReady')).toMatchObject({ reason: 'IdentityChanged' });
      expect(condition(look(cluster(version), world), 'Stalled')).toMatchObject({ reason: 'IdentityChanged' });
    },
  );

  it('is not brought together with the version from which on it counts', () => {
    const world = found('3.2.3', refusing('3.2.3'), 'a-1');
    expect(gateOf(cluster('3.2.4'), world, 'StatefulSet')).toMatch(/put the former one back/);
  });

  it.each([
    ['all members have it, as after all pods were deleted together', '3.2.4', of('3.2.4'), 'a-1'],
    ['there is no member', '3.2.4', [], 'a-1'],
    ['it is the one that they have', '3.2.4', [silent(0), ...of('3.2.4').slice(1)], 'a-2'],
    ['none was written down, and all have it', '3.2.4', of('3.2.4'), undefined],
    ['calls of Raft carry none', '3.2.3', refusing('3.2.3'), 'a-1'],
  ])('is taken where %s', (_what, version, members, former) => {
    expect(gateOf(cluster(version), found(version, members, former), 'StatefulSet')).toBeUndefined();
  });

  it.each([
    ['one of them does not answer', {}, [...of('3.2.4').slice(0, 2), silent(2)]],
    ['they ask no client for it', { env: [{ name: 'NACOS_AUTH_ADMIN_ENABLE', value: 'false' }] }, of('3.2.4')],
  ])('is not taken for what all have where %s', (_what, more, members) => {
    expect(gateOf(cluster('3.2.4', more), found('3.2.4', members, 'a-1'), 'StatefulSet')).toMatch(
      /put the former one back/,
    );
  });

  it('in the spec itself can only be taken back', () => {
    const env = [{ name: 'NACOS_AUTH_IDENTITY_VALUE', value: 'new' }];
    const reason = gateOf(cluster('3.2.4', { env }), found('3.2.4', refusing('3.2.4'), 'a-1'), 'StatefulSet');
    expect(reason).toMatch(/put the former one back$/);
  });
});
