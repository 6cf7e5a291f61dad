import type { Secret } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { observeSecrets } from '../../../lib/operate/credentials/revision.js';
import type { Observed } from '../../../lib/operate/observed.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { nacos } from '../../nacos-object.js';
import { condition, credentials, gateOf, look, observed, running, stepOf, up } from '../world.js';

const object = nacos({ type: 'cluster' });
const fixed = { missing: [], immutable: true };
const three = [up(0), up(1), up(2)];
const found = (more: Partial<Observed>) => observed(three, { ...running(3), ...more });

describe('an own Secret that hands have made immutable', () => {
  it('is seen as such', async () => {
    const own: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'n-auth' }, immutable: true };
    expect(await observeSecrets(resolve(object), own, async () => own)).toMatchObject({ immutable: true });
  });

  it.each<[string, Partial<Observed>, string]>([
    ['the key of revisions', { secrets: { ...fixed, keyMissing: true } }, 'revisionKey'],
    [
      'the password that servers take',
      { secrets: fixed, credentials: { ...credentials, currentAdministratorPassword: undefined } },
      'currentAdministratorPassword',
    ],
  ])('is named where it lacks %s, and holds up neither servers nor other steps', (_what, more, key) => {
    const seen = look(object, found(more));
    expect(condition(seen, 'Stalled')).toMatchObject({
      reason: 'SecretImmutable',
      message: expect.stringContaining(key),
    });
    expect(gateOf(object, found(more), 'StatefulSet')).toBeUndefined();
    const larger = nacos({ type: 'cluster', replicas: 5 });
    const refreshed = three.map((one) => ({ ...one, traffic: true }));
    expect(stepOf(larger, { ...found(more), members: refreshed })?.type).not.toMatch(/Credentials|Password/);
  });

  it('lets no server start that lacks keys in it', () => {
    const missing = { ...credentials, missing: ['token'] };
    const first = observed([], { secrets: fixed, credentials: missing });
    expect(gateOf(object, first, 'StatefulSet')).toMatch(/n-auth .*is immutable, .*token/);
    expect(condition(look(object, first), 'AuthReady')?.reason).toBe('SecretImmutable');
    expect(stepOf(object, first)).toBeUndefined();
  });

  it('is nothing to speak of where it has all that is needed, and gets labels and owner all the same', () => {
    expect(condition(look(object, found({ secrets: fixed })), 'SecretsReady')).toBeUndefined();
    const unmarked = found({ secrets: { ...fixed, unmarked: true, keyMissing: true } });
    expect(stepOf(object, unmarked)).toMatchObject({ type: 'GenerateCredentials', keys: [] });
  });
});
