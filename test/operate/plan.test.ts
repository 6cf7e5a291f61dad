import { expect, it } from 'vitest';
import { plan } from '../../lib/operate/plan.js';
import { nacos } from '../nacos-object.js';
import { credentials, facts, up } from './world.js';

const open = up(0, { administratorMissing: true });
const named = nacos({ certification: { secretName: 'mine' } });

it('first makes what is missing in the own Secret', () => {
  const missing = ['token', 'identityKey'];
  const action = plan(nacos(), facts([open], { credentials: { ...credentials, missing } }));
  expect(action).toMatchObject({ type: 'GenerateCredentials', keys: missing });
});

it('never writes into a Secret that the user names', () => {
  expect(plan(named, facts([], { credentials: { ...credentials, missing: ['token'] } }))).toBeUndefined();
});

it('makes what revisions of Secrets are made with in its own Secret, also where another is named', () => {
  expect(plan(named, facts([], { revisionKeyMissing: true }))).toMatchObject({ keys: ['revisionKey'] });
});

it('then sets the administrator on a server that has none', () => {
  expect(plan(nacos(), facts([open]))).toMatchObject({ type: 'SetAdministrator', pod: 'n-0' });
  expect(plan(named, facts([open]))).toMatchObject({ type: 'SetAdministrator', pod: 'n-0' });
});

it('changes the password when the Secret has another one than was set last', () => {
  const changed = { ...credentials, currentAdministratorPassword: 'the one before' };
  const action = plan(nacos(), facts([{ ...up(0), ready: false }, up(1)], { credentials: changed }));
  expect(action).toMatchObject({ type: 'ChangePassword', pod: 'n-1' });
  expect(JSON.stringify(action)).not.toMatch(/secret-password|the one before/);
  const same = { ...credentials, currentAdministratorPassword: credentials.administratorPassword };
  expect(plan(nacos(), facts([up(0)], { credentials: same }))).toBeUndefined();
});

it.each([
  ['there is an administrator', facts([up(0)])],
  ['it is not known whether there is one', facts([up(0, { administratorMissing: undefined })])],
  ['the server is not ready', facts([{ ...open, ready: false }])],
  ['there is no password to set', facts([open], { credentials: { missing: [], unusable: [] } })],
  ['there is no Secret', facts([open], { credentials: undefined })],
])('does nothing while %s', (_what, found) => {
  expect(plan(named, found)).toBeUndefined();
});

it('does nothing where nobody has to log in', () => {
  expect(plan(nacos({ version: '2.3.2' }), facts([open]))).toBeUndefined();
});

it('replaces a pod once, however long it takes to go', () => {
  const cluster = { ...nacos({ type: 'cluster' }), status: { membership: { members: 3, servers: 3 } } };
  const live = { members: 3, servers: 3, seen: true };
  const broken = { ...up(2), ready: false, outdated: true };
  const with2 = (last: typeof broken & { ending?: boolean }) => facts([up(0), up(1), last], { live });
  expect(plan(cluster, with2(broken))).toMatchObject({ type: 'ReplacePod', pod: 'n-2' });
  expect(plan(cluster, with2({ ...broken, ending: true }))).toBeUndefined();
});

it('tells no secret', () => {
  expect(JSON.stringify(plan(nacos(), facts([open])))).not.toContain('secret-password');
});
