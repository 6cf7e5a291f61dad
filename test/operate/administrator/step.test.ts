import { expect, it } from 'vitest';
import type { ObservedCredentials, ObservedLogin } from '../../../lib/operate/observed.js';
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

const taking = (takes: ObservedLogin['takes'], more: Partial<ObservedCredentials> = {}) =>
  observed([up(0), up(1)], { credentials: { ...credentials, ...more }, login: { pod: 'n-1', takes } });
const former = { currentAdministratorPassword: 'the one before' };

it('sets the administrator on a server that takes the default password', () => {
  const action = stepOf(nacos(), taking('default', { currentAdministratorPassword: undefined }));
  expect(action).toMatchObject({ type: 'SetAdministrator', pod: 'n-1' });
});

it('changes the password when servers take the one before and not that of the Secret', () => {
  const action = stepOf(nacos(), taking('current', former));
  expect(action).toMatchObject({ type: 'ChangePassword', pod: 'n-1' });
  expect(JSON.stringify(action)).not.toMatch(/secret-password|the one before/);
});

it.each([
  ['a lost answer', { currentAdministratorPassword: undefined }],
  ['a Secret that was restored', former],
])('records the password that servers take, after %s', (_what, more) => {
  expect(stepOf(nacos(), taking('wanted', more))).toMatchObject({ type: 'RecordPassword' });
  expect(stepOf(nacos(), taking('wanted'))).toBeUndefined();
});

it.each([
  ['a rotation whose former password is not known', former],
  ['an administrator that others have made', { currentAdministratorPassword: undefined }],
])('touches nothing where no password is taken, as after %s', (_what, more) => {
  expect(stepOf(nacos(), taking('none', more))).toBeUndefined();
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

it('does nothing where no client has to log in', () => {
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

it('names no secret', () => {
  expect(JSON.stringify(stepOf(nacos(), observed([open])))).not.toContain('secret-password');
});
