import { expect, it } from 'vitest';
import { nacos } from '../../nacos-object.js';
import { credentials, observed, running, stepOf, up } from '../world.js';

const open = up(0, { administratorMissing: true });
const named = nacos({ certification: { secretName: 'mine' } });

it('first makes what is missing in the own Secret', () => {
  const missing = ['token', 'identityKey'];
  const action = stepOf(nacos(), observed([open], { credentials: { ...credentials, missing } }));
  expect(action).toMatchObject({ type: 'GenerateCredentials', keys: missing });
});

it('never writes into a Secret that the user names', () => {
  expect(stepOf(named, observed([], { credentials: { ...credentials, missing: ['token'] } }))).toBeUndefined();
});

it('makes what revisions of Secrets are made with in its own Secret, also where another is named', () => {
  expect(stepOf(named, observed([], { secrets: { missing: [], keyMissing: true } }))).toMatchObject({
    keys: ['revisionKey'],
  });
});

it('then sets the administrator on a server that has none', () => {
  expect(stepOf(nacos(), observed([open]))).toMatchObject({ type: 'SetAdministrator', pod: 'n-0' });
  expect(stepOf(named, observed([open]))).toMatchObject({ type: 'SetAdministrator', pod: 'n-0' });
});

it('changes the password when the Secret has another one than was set last', () => {
  const changed = { ...credentials, currentAdministratorPassword: 'the one before' };
  const action = stepOf(nacos(), observed([{ ...up(0), ready: false }, up(1)], { credentials: changed }));
  expect(action).toMatchObject({ type: 'ChangePassword', pod: 'n-1' });
  expect(JSON.stringify(action)).not.toMatch(/secret-password|the one before/);
  const same = { ...credentials, currentAdministratorPassword: credentials.administratorPassword };
  expect(stepOf(nacos(), observed([up(0)], { credentials: same }))).toBeUndefined();
});

it.each([
  ['there is an administrator', observed([up(0)])],
  ['it is not known whether there is one', observed([up(0, { administratorMissing: undefined })])],
  ['the server is not ready', observed([{ ...open, ready: false }])],
  ['there is no password to set', observed([open], { credentials: { missing: [], unusable: [] } })],
  ['there is no Secret', observed([open], { credentials: undefined })],
])('does nothing while %s', (_what, found) => {
  expect(stepOf(named, found)).toBeUndefined();
});

it('does nothing where nobody has to log in', () => {
  expect(stepOf(nacos({ version: '2.3.2' }), observed([open]))).toBeUndefined();
});

it('replaces a pod once, however long it takes to go', () => {
  const cluster = nacos({ type: 'cluster' });
  const live = running(3);
  const broken = { ...up(2), ready: false, outdated: true };
  const with2 = (last: typeof broken & { terminating?: boolean }) => observed([up(0), up(1), last], live);
  expect(stepOf(cluster, with2(broken))).toMatchObject({ type: 'ReplacePod', pod: 'n-2' });
  expect(stepOf(cluster, with2({ ...broken, terminating: true }))).toBeUndefined();
});

it('tells no secret', () => {
  expect(JSON.stringify(stepOf(nacos(), observed([open])))).not.toContain('secret-password');
});
