import { describe, expect, it } from 'vitest';
import { nacos } from '../nacos-object.js';
import { condition, credentials, look, observed, up } from './world.js';

const on = { certification: { enabled: true } };
const mysql = { database: { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } } };
const knownToken = 'SecretKey012345678901234567890123456789012345678901234567890123456789';
const env = [{ name: 'NACOS_AUTH_ENABLE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'login' } } }];

const found = (spec: object, more = {}) => condition(look(nacos(spec), observed([up(0)], more)), 'Vulnerable');

describe('condition Vulnerable', () => {
  it.each([
    // version, spec, what it lets strangers do
    ['2.0.4', {}, 'port 7848 can run code'],
    ['2.2.2', { ...on, ...mysql }, 'port 7848 can run code'],
    ['2.2.3', {}, 'port 8848 can run code'],
    ['2.3.2', {}, 'port 8848 can run code'],
    ['2.0.4', {}, 'port 8848 can run code'],
    ['2.3.2', { certification: { enabled: true, token: knownToken } }, 'sign in as any user'],
    ['2.3.2', { ...on, env: [{ name: 'NACOS_AUTH_TOKEN', value: knownToken }] }, 'sign in as any user'],
  ])('says of %s with %j: %s', (version, spec, message) => {
    const one = found({ version, ...spec });
    expect(one).toMatchObject({ status: 'True', message: expect.stringContaining(message) });
    expect(one?.message).toMatch(/set spec|remove spec/);
  });

  it('says it of a token in a Secret too', () => {
    const known = { credentials: { ...credentials, known: ['token'] } };
    expect(found({ version: '2.3.2', ...on }, known)?.reason).toBe('KnownToken');
  });

  it.each([
    ['2.3.2', on],
    ['2.3.2', mysql],
    ['2.4.0', {}],
    ['3.0.3', {}],
    ['1.4.6', mysql],
    // By reference, so not known: no alarm.
    ['2.3.2', { env }],
  ])('is absent for %s with %j', (version, spec) => {
    expect(found({ version, ...spec })).toBeUndefined();
  });
});

describe('condition ClientsLogIn', () => {
  const login = (spec: object) => condition(look(nacos(spec), observed([up(0)])), 'ClientsLogIn');

  it('says so while clients need no login, by default or as the spec says', () => {
    for (const spec of [{ version: '2.3.2' }, { version: '3.0.3' }, { certification: { enabled: false } }])
      expect(login(spec)).toMatchObject({ status: 'False', reason: 'Off' });
    expect(login(on)).toBeUndefined();
    expect(login({ version: '2.3.2', env })).toBeUndefined();
  });
});
