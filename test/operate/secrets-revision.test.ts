import type { Secret, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/operate/facts.js';
import { mustWait } from '../../lib/operate/hold.js';
import { secretsRevision } from '../../lib/operate/secrets-revision.js';
import { secretsAnnotation } from '../../lib/render/pod.js';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { resolve } from '../../lib/resource/resolve.js';
import { child, nacos, onMysql } from '../nacos-object.js';
import { facts, look, statefulSet, up } from './world.js';

const secret = (name: string, values: Record<string, string>): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});
const own = secret('n-auth', { revisionKey: 'r', token: 't', identityKey: 'k', identityValue: 'v' });
const login = secret('login', { username: 'u', password: 'p' });

function revision(secrets: readonly Secret[], object = nacos()): Promise<string | undefined> {
  const read = async (name: string) => secrets.find(({ metadata }) => metadata?.name === name);
  return secretsRevision(resolve(object), secrets[0], read);
}

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

  it('is no help for whoever guesses a secret: another key gives another one', async () => {
    expect(await revision([changed('revisionKey', 'other')])).not.toBe(await revision([own]));
    expect(await revision([own])).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['a key of a Secret is missing', [secret('n-auth', { revisionKey: 'r', token: 't', identityKey: 'k' })], nacos()],
    ['a Secret is missing', [own], nacos(onMysql)],
    [
      'there is nothing to make it with',
      [secret('n-auth', { token: 't', identityKey: 'k', identityValue: 'v' })],
      nacos(),
    ],
    ['servers read no Secret', [own], nacos({ version: '2.3.2' })],
  ])('is not known while %s', async (_what, secrets, object) => {
    expect(await revision(secrets, object)).toBeUndefined();
  });
});

describe('the pods', () => {
  const named = (object: NacosObject) =>
    child(render(object), 'StatefulSet').spec?.template.metadata?.annotations?.[secretsAnnotation];
  const live = (secretsRevision?: string) => ({
    live: { servers: 1, seen: true, ...(secretsRevision && { secretsRevision }) },
  });
  const seen = (object: NacosObject, secretsRevision?: string, more: Partial<Facts> = live()) =>
    look(object, facts([up(0)], { ...more, ...(secretsRevision && { secretsRevision }) }));

  it('do not change when an operator sees the Secrets for the first time', () => {
    const first = seen(nacos(), 'one');
    expect(named(first)).toBeUndefined();
    expect(named(seen(first, 'one'))).toBeUndefined();
  });

  it('change when the Secrets do, and not while these are away', () => {
    const second = seen(seen(nacos(), 'one'), 'two');
    expect(named(second)).toBe('two');
    expect(named(seen(second))).toBe('two');
    expect(named(seen(second, 'three'))).toBe('three');
  });

  it('stay as they are after the status was lost, and change if the Secrets have', () => {
    const held = (object: NacosObject) => {
      const set = statefulSet(1) as { -readonly [K in keyof StatefulSet]: StatefulSet[K] };
      set.spec = { ...set.spec!, template: { metadata: { annotations: { [secretsAnnotation]: 'two' } } } };
      const keys = { token: 'eA==', identityKey: 'eA==', identityValue: 'eA==', administratorPassword: 'eA==' };
      const children = { statefulSets: [set], jobs: [], pods: [], secrets: [{ ...own, data: keys }] };
      return mustWait(child(render(object), 'StatefulSet'), object, children);
    };
    expect(held(nacos())).toBe('the status does not tell of the Secrets of StatefulSet n yet');
    const found = seen(nacos(), 'two', live('two'));
    expect(held(found)).toBeUndefined();
    expect(named(found)).toBe('two');
    const rotated = seen(nacos(), 'three', live('two'));
    expect(named(seen(rotated, 'three', live('two')))).toBe('three');
  });

  it('name nothing once servers read no Secret', () => {
    const second = seen(seen(nacos(), 'one'), 'two');
    const off = { ...second, spec: { ...second.spec, version: '2.3.2' } };
    expect(named(seen(off, undefined))).toBeUndefined();
  });
});
