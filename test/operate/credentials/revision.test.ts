import type { Stored } from 'cdk8s-reconciler';
import type { Secret, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { observeSecrets } from '../../../lib/operate/credentials/revision.js';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { secretsAnnotation } from '../../../lib/render/pod.js';
import type { NacosObject } from '../../../lib/resource/nacos.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { child, nacos, onMysql } from '../../nacos-object.js';
import { credentials, decideOn, observed, statefulSet, up } from '../world.js';

const secret = (name: string, values: Record<string, string>): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});
const own = secret('n-auth', { revisionKey: 'r', token: 't', identityKey: 'k', identityValue: 'v' });
const login = secret('login', { username: 'u', password: 'p' });

function secrets(found: readonly Secret[], object = nacos()) {
  const read = async (name: string) => found.find(({ metadata }) => metadata?.name === name);
  return observeSecrets(resolve(object), found[0], read);
}
const revision = async (found: readonly Secret[], object = nacos()) => (await secrets(found, object)).revision;

const changed = (key: string, value: string): Secret => ({
  ...own,
  data: { ...own.data, [key]: Buffer.from(value).toString('base64') },
});

describe('the revision of the Secrets', () => {
  it.each(['token', 'identityKey', 'identityValue'])('is another with another %s', async (key) => {
    expect(await revision([changed(key, 'other')])).not.toBe(await revision([own]));
  });

  it('is another with another login of the database, and another value of the environment', async () => {
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'login', key: 'extra', optional: true } } }];
    const object = nacos({ ...onMysql, env });
    const with2 = (values: object) =>
      revision([own, secret('login', { username: 'u', password: 'p', ...values })], object);
    const before = await with2({});
    expect(before).toBe(await revision([own, login], object));
    expect(await with2({ password: 'q' })).not.toBe(before);
    expect(await with2({ extra: 'x' })).not.toBe(before);
  });

  it('stays with another password of the administrator, which servers do not read', async () => {
    expect(await revision([changed('administratorPassword', 'x')])).toBe(await revision([own]));
  });

  it('does not help to guess a secret: another key gives another one', async () => {
    expect(await revision([changed('revisionKey', 'other')])).not.toBe(await revision([own]));
    expect(await revision([own])).toMatch(/^[0-9a-f]{4}-[0-9a-f]{16}$/);
  });

  it.each([
    [
      'a key of a Secret is missing',
      [secret('n-auth', { revisionKey: 'r', token: 't', identityKey: 'k' })],
      nacos(),
      ['key identityValue of Secret n-auth'],
    ],
    ['a Secret is missing', [own], nacos(onMysql), ['key password of Secret login', 'key username of Secret login']],
    [
      'the key that it is made with is missing',
      [secret('n-auth', { token: 't', identityKey: 'k', identityValue: 'v' })],
      nacos(),
      [],
    ],
    ['servers read no Secret', [own], nacos({ version: '2.3.2' }), []],
  ])('is not known while %s, and what is missing is', async (_what, found, object, missing) => {
    const seen = await secrets(found, object);
    expect(seen.revision).toBeUndefined();
    expect([...seen.missing].sort()).toEqual(missing);
  });
});

describe('the pods', () => {
  const [one, two, three] = ['key1-one', 'key1-two', 'key1-three'];
  type Live = Stored<StatefulSet> | undefined;

  /** The StatefulSet that the operator writes over `live`, where the Secrets have a revision. */
  function next(
    live: Live,
    found: string | undefined,
    object: NacosObject = nacos(),
    members: ObservedMember[] = [up(0)],
  ): Live {
    const more = { secrets: { missing: [], ...(found && { revision: found }) }, ...(live && { statefulSet: live }) };
    const { children } = decideOn(object, observed(members, more));
    const { metadata, spec } = child(children as never, 'StatefulSet');
    const base = statefulSet(1);
    return { ...base, metadata: { ...base.metadata, annotations: metadata?.annotations }, spec: spec! } as Live;
  }
  const named = (live: Live) => live?.spec?.template.metadata?.annotations?.[secretsAnnotation];

  it('do not change when an operator sees the Secrets for the first time', () => {
    const first = next(statefulSet(1), one);
    expect([named(first), named(next(first, one))]).toEqual([undefined, undefined]);
  });

  it('change when the Secrets do, and not while these are away', () => {
    const second = next(next(statefulSet(1), one), two);
    expect(named(second)).toBe(two);
    expect(named(next(second, undefined))).toBe(two);
    expect(named(next(next(second, undefined), three))).toBe(three);
  });

  it('stay as they are where revisions are made with another key from now on', () => {
    const second = next(next(statefulSet(1), one), two);
    const rekeyed = next(second, 'key2-two');
    expect(named(rekeyed)).toBe(two);
    expect(named(next(rekeyed, 'key2-three'))).toBe('key2-three');
  });

  it('change where servers refuse the identity of a Secret that was made again, also once that is written down', () => {
    const refusing = [up(0, { refused: true })];
    const second = next(next(statefulSet(1), one), two);
    for (const seen of [second, next(second, 'key2-one')]) {
      const changed = next(seen, 'key2-one', nacos(), refusing);
      expect(named(changed)).toBe('key2-one');
      expect(named(next(changed, 'key2-one', nacos(), [{ ...refusing[0]!, outdated: true }]))).toBe('key2-one');
    }
  });

  it('stay as they are where they refuse an identity that they do not have from a Secret', () => {
    const identity = { NACOS_AUTH_IDENTITY_KEY: 'k', NACOS_AUTH_IDENTITY_VALUE: 'v' };
    const env = Object.entries(identity).map(([name, value]) => ({ name, value }));
    expect(named(next(statefulSet(1), one, nacos({ env }), [up(0, { refused: true })]))).toBeUndefined();
  });

  it('stay as they are with values that no server can use', () => {
    const second = next(next(statefulSet(1), one), two);
    const object = nacos();
    const unusable = { ...credentials, unusable: ['token is short'] };
    const more = { secrets: { missing: [], revision: three }, credentials: unusable, statefulSet: second! };
    const { children, gates } = decideOn(object, observed([up(0)], more));
    const set = child(children as never, 'StatefulSet');
    expect(set.spec?.template.metadata?.annotations?.[secretsAnnotation]).toBe(two);
    expect(gates?.find((gate) => gate.child === (set as object))?.reason).toMatch(/in Secret n-auth, token is short/);
  });

  it('keep what they name while their StatefulSet is made again', () => {
    expect(named(next(undefined, two, nacos(), [{ ...up(0), secretsRevision: two }]))).toBe(two);
  });

  it('name nothing once servers read no Secret', () => {
    const second = next(next(statefulSet(1), one), two);
    expect(named(next(second, undefined, nacos({ version: '2.3.2' })))).toBeUndefined();
  });
});
