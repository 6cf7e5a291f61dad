import type { Stored } from 'cdk8s-reconciler';
import type { Pod } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { Observed } from '../../lib/operate/observed.js';
import { environmentOf, nacos, onMysql } from '../nacos-object.js';
import { at, condition, credentials, look, observed, pod, running, schemaJob, silent, up } from './world.js';

const standalone = nacos();
const cluster = nacos({ type: 'cluster' });
const three = [up(0), up(1), up(2)];

describe('condition SchemaReady', () => {
  const object = nacos(onMysql);

  it('is True where there is no schema to care for', () => {
    const external = nacos({ ...onMysql, database: { ...onMysql.database, schema: 'External' } });
    for (const one of [standalone, external])
      expect(condition(look(one, observed([])), 'SchemaReady')?.status).toBe('True');
  });

  it('says which database the Job waits for', () => {
    const seen = look(object, observed([]), { jobs: [schemaJob(object, false)] });
    expect(condition(seen, 'SchemaReady')).toMatchObject({
      status: 'False',
      reason: 'Waiting',
      message: expect.stringContaining('waits until db:3306 answers'),
    });
    expect(condition(seen, 'Ready')?.reason).toBe('Waiting');
  });

  it('says the last words of a Job that fails, and where the login is', () => {
    const job = schemaJob(object, false);
    const terminated = {
      exitCode: 1,
      reason: 'Error',
      message: "waiting\nERROR 1045: Access denied for user 'nacos'\n",
    };
    const containerStatuses = [
      { name: 'schema', image: 'm', imageID: '', ready: false, restartCount: 1, lastState: { terminated } },
    ];
    const pods = [pod('n-schema-x', { containerStatuses }, ['Job', job.metadata.name])];
    const seen = look(object, observed([]), { jobs: [job], pods });
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'SchemaReady')?.message).toMatch(
      /ERROR 1045: Access denied.*Secret login.*tried again by itself/,
    );
    expect(condition(seen, 'Stalled')?.message).toContain('ERROR 1045');
  });

  it('is True once the Job has ended', () => {
    const seen = look(object, observed([]), { jobs: [schemaJob(object, true)] });
    expect(condition(seen, 'SchemaReady')?.status).toBe('True');
  });
});

describe('condition AuthReady', () => {
  const ready = (seen: ReturnType<typeof look>) => condition(seen, 'AuthReady');

  it('is True where no client has to log in', () => {
    expect(ready(look(nacos({ version: '2.3.2' }), observed([], { credentials: undefined })))).toMatchObject({
      status: 'True',
      reason: 'AuthenticationDisabled',
    });
  });

  it('is False until a server says that there is an administrator', () => {
    expect(ready(look(standalone, observed([])))?.status).toBe('False');
    expect(ready(look(standalone, observed([up(0, { administratorMissing: undefined })])))?.status).toBe('False');
    expect(ready(look(standalone, observed([up(0, { administratorMissing: true })])))?.status).toBe('False');
    expect(ready(look(standalone, observed([up(0)])))?.status).toBe('True');
  });

  it('stays True while servers do not answer, by what was said before', () => {
    expect(ready(look(look(standalone, observed([up(0)])), observed([silent(0)])))?.status).toBe('True');
  });

  it.each([
    ['that of the Secret', 'wanted', {}, 'True', 'AdministratorSet'],
    ['the former one', 'current', {}, 'False', 'PasswordChanging'],
    ['none', 'none', {}, 'False', 'PasswordUnknown'],
    [
      'none, and the operator has set none',
      'none',
      { currentAdministratorPassword: undefined },
      'False',
      'AdministratorOfOthers',
    ],
    [
      'none, and it is not the operator to know it',
      'none',
      { administratorPassword: undefined },
      'True',
      'AdministratorSet',
    ],
  ] as const)('where servers take %s', (_what, takes, more, status, reason) => {
    const found = observed([up(0)], {
      login: { pod: 'n-0', takes },
      credentials: { ...credentials, ...more },
    });
    const seen = look(standalone, found);
    expect(ready(seen)).toMatchObject({ status, reason });
    // While no server answers, the answer from before counts.
    if (reason !== 'PasswordChanging')
      expect(ready(look(seen, observed([silent(0)])))).toMatchObject({ status, reason });
  });

  it('has nothing to try where users are elsewhere', () => {
    const found = observed([up(0, { usersElsewhere: true })], { login: undefined } as Partial<Observed>);
    expect(ready(look(standalone, found))).toMatchObject({ status: 'True' });
  });

  it.each([
    ['does not exist', undefined, 'SecretMissing', /create Secret mine in namespace shop/],
    ['has too few keys', { missing: ['token'], unusable: [] }, 'KeysMissing', /add token to Secret mine/],
    [
      'has a key that is no use',
      { missing: [], unusable: ['token is short'] },
      'KeysUnusable',
      /Secret mine, token is short/,
    ],
    [
      'has no password',
      { missing: ['administratorPassword'], unusable: [] },
      'PasswordMissing',
      /add it, or set a password/,
    ],
  ])('says what to do where the named Secret %s', (_what, credentials, reason, message) => {
    const object = nacos({ certification: { secretName: 'mine' } });
    const seen = look(object, observed([up(0, { administratorMissing: true })], { credentials }));
    expect(ready(seen)).toMatchObject({ status: 'False', reason, message: expect.stringMatching(message) });
  });
});

it('says how to take secrets out of a spec, and goes on', () => {
  const object = nacos({
    database: { type: 'mysql', mysqlHost: 'db', mysqlPassword: 'p4ss' },
    certification: { token: 't0ken' },
  });
  const seen = look(object, observed([up(0)]), { jobs: [schemaJob(object, true)] });
  expect(seen.status?.phase).toBe('Running');
  expect(condition(seen, 'SecretsProtected')?.message).toMatch(/credentialsSecret.*certification.secretName/);
  expect(JSON.stringify(seen.status)).not.toMatch(/p4ss|t0ken/);
});

describe('a majority that is lost', () => {
  const live = running(3);
  const healthy = look(cluster, observed(three, live));
  const gone = (ordinal: number) => ({ ...silent(ordinal), ready: false });
  const later = (minutes: number, members: typeof three, pods: readonly Stored<Pod>[] = []) => {
    const lost = look(healthy, { ...observed(members, live), at: at + 60_000 });
    return look(lost, { ...observed(members, live), at: at + minutes * 60_000 }, { pods });
  };

  it('needs a human once it has not come back for ten minutes, and says where to read on', () => {
    const seen = later(12, [up(0), gone(1), gone(2)]);
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'Stalled')).toMatchObject({
      reason: 'QuorumLost',
      message: expect.stringMatching(/^n-1 is Unreachable since .*docs\/operations\/repair\.md/),
    });
  });

  it('says so before what keeps the pods from running, and that too', () => {
    const unscheduled = { type: 'PodScheduled', status: 'False', lastTransitionTime: new Date(at).toISOString() };
    const pods = ['n-1', 'n-2'].map((name) => pod(name, { conditions: [unscheduled] }));
    expect(condition(later(12, [up(0)], pods), 'Stalled')).toMatchObject({
      reason: 'QuorumLost',
      message: expect.stringMatching(/^n-1 is Absent since .*docs\/operations\/repair\.md.*Pod n-1 fits on no node/),
    });
  });

  it.each([
    ['it may still come back', later(9, [up(0), gone(1), gone(2)])],
    ['only a minority is away', later(60, [up(0), up(1), gone(2)])],
    ['the pods are ready, and only the operator gets no answer', later(60, [up(0), silent(1), silent(2)])],
    ['servers that are ready refuse the operator', later(60, [up(0), ...[1, 2].map((i) => up(i, { refused: true }))])],
  ])('needs none while %s', (_what, seen) => {
    expect(seen.status?.phase).toBe('Degraded');
  });
});

describe('condition RolledOut', () => {
  const live = running(3);

  it('says which member still runs as before, and what comes next', () => {
    const seen = look(cluster, observed([up(0), { ...up(1), outdated: true }, up(2)], live));
    expect(condition(seen, 'RolledOut')).toMatchObject({
      status: 'False',
      reason: 'RollingOut',
      message: 'n-1 not yet updated; Replacing n-1: its pod template has changed',
    });
  });

  it.each([
    ['is not ready', { ...up(2), ready: false }],
    ['is Unreachable (connection refused)', silent(2, 'connection refused')],
    ['is Unreachable (its pod cannot run)', { ...silent(2), halted: true }],
  ])('says which member the others wait for, and why: it %s', (why, last) => {
    const members = [{ ...up(0), outdated: true }, { ...up(1), outdated: true }, last];
    expect(condition(look(cluster, observed(members, live)), 'RolledOut')).toMatchObject({
      reason: 'Waiting',
      message: `n-0, n-1 not yet updated; the next waits: n-2 ${why}`,
    });
  });

  it('calls a change that is refused so, though its servers do not answer the way the spec says', () => {
    const seen = look(nacos({ version: '2.3.2' }), observed([up(0, { version: '3.0.3', leaders: {}, refused: true })]));
    for (const type of ['Ready', 'Stalled'])
      expect(condition(seen, type)).toMatchObject({
        reason: 'DowngradeRefused',
        message: expect.stringMatching(/no way back/),
      });
  });

  it.each([
    ['2.3.2', '2.0.4', 'DowngradeRefused', /no way back/],
    ['2.0.4', '2.3.2', 'EmbeddedUpgradeRefused', /docs\/moving-data\.md/],
    ['1.4.2', '2.3.2', 'EmbeddedUpgradeRefused', /docs\/moving-data\.md/],
  ])('refuses to go from %s to %s, and says what to do', (from, version, reason, message) => {
    const seen = look(nacos({ version }), observed([up(0, { version: from, leaders: {} })]));
    for (const type of ['RolledOut', 'Ready', 'Stalled'])
      expect(condition(seen, type)).toMatchObject({ reason, message: expect.stringMatching(message) });
    expect(seen.status?.phase).toBe('Failed');
  });
});

describe('condition SettingsSupported', () => {
  const env = (name: string, value = 'true') => ({ env: [{ name, value }] });

  it.each([
    [
      'a console of its own',
      { version: '2.0.4', ...env('NACOS_CONSOLE_PORT', '9000') },
      'env NACOS_CONSOLE_PORT (from 3.0 on)',
    ],
    [
      'the AI registry',
      { version: '3.0.3', ...env('NACOS_AI_REGISTRY_ENABLED') },
      'NACOS_AI_REGISTRY_ENABLED (from 3.2 on)',
    ],
    ['DNS', { version: '3.2.4', endpoints: { dns: {} } }, 'endpoints.dns (from 3.3 on)'],
    ['the registry for AI', { version: '3.0.3', endpoints: { ai: {} } }, 'endpoints.ai (from 3.2 on)'],
    ['a function', { version: '2.3.2', function_mode: 'ai' }, 'function_mode ai (from 3.2.3 on)'],
  ])('says that the version ignores %s, and the servers run', (_what, spec, message) => {
    const seen = look(nacos(spec), observed([up(0, { version: spec.version })]));
    expect(condition(seen, 'SettingsSupported')).toMatchObject({
      status: 'False',
      message: expect.stringContaining(message),
    });
    expect(seen.status?.phase).toBe('Running');
  });

  it('is not there where the version knows all', () => {
    for (const spec of [{}, { version: '3.2.3', function_mode: 'ai', ...env('NACOS_AI_REGISTRY_ENABLED') }])
      expect(condition(look(nacos(spec), observed([up(0)])), 'SettingsSupported')).toBeUndefined();
  });
});

it('a server of before 2.0 runs, and a condition says what is up to its owner', () => {
  const old = look(nacos({ image: 'nacos/nacos-server:1.4.1' }), observed([up(0, { version: '1.4.1' })]));
  expect(old.status?.phase).toBe('Running');
  expect(condition(old, 'VersionManaged')).toMatchObject({ status: 'False', reason: 'UnsupportedVersion' });
  expect(condition(old, 'VersionManaged')?.message).toMatch(/^Nacos 1\.4\.1 is run but not managed/);
  expect(condition(look(standalone, observed([up(0)])), 'VersionManaged')).toBeUndefined();
});

it('condition VersionKnown is there only for a line that is newer than all that are known', () => {
  const of = (version: string) => condition(look(nacos({ version }), observed([up(0, { version })])), 'VersionKnown');
  expect(of('3.4.0')).toMatchObject({ reason: 'NewerThanKnown', message: expect.stringMatching(/like 3\.3/) });
  for (const version of ['2.0.4', '3.0.3', '3.3.0', '3.3.9']) expect(of(version)).toBeUndefined();
});

it('condition SettingsSupported names what the spec switches on and a property switches off', () => {
  const spec = { version: '3.3.0', endpoints: { dns: {} }, config: 'nacos.naming.dns.enabled=false' };
  expect(condition(look(nacos(spec), observed([up(0)])), 'SettingsSupported')?.message).toMatch(
    /^spec\.endpoints\.dns: is switched off by nacos\.naming\.dns\.enabled/,
  );
});

it('from 3.3 on servers fetch no AI resources from the internet, unless config says so', () => {
  const json = (spec: object) => environmentOf({ version: '3.3.0', ...spec }).SPRING_APPLICATION_JSON;
  const name = 'nacos.plugin.ai-resource-import.enabled';
  expect(json({})).toBe(`{"${name}":"false"}`);
  expect(json({ config: `${name}=true` })).toBe(`{"${name}":"true"}`);
  expect(json({ version: '3.2.4' })).toBeUndefined();
});

it('condition StateKept is there only where members of 3.3 on MySQL have no volume', () => {
  const of = (spec: object) =>
    condition(look(nacos({ ...onMysql, replicas: 3, ...spec }), observed([up(0)])), 'StateKept');
  expect(of({ version: '3.3.0', volume: { enabled: false } })).toMatchObject({ reason: 'NoVolume' });
  for (const spec of [{ version: '3.3.0' }, { version: '3.2.4', volume: { enabled: false } }, { version: '3.2.4' }])
    expect(of(spec)).toBeUndefined();
});

it('condition SettingsSupported is not there for what the operator itself renders for 3.3', () => {
  for (const spec of [{}, onMysql, { type: 'cluster', replicas: 3 }, { certification: { enabled: true } }])
    expect(
      condition(look(nacos({ ...spec, version: '3.3.0' }), observed([up(0)])), 'SettingsSupported'),
    ).toBeUndefined();
});

it.each([
  ['env DB_URL_0', { env: [{ name: 'DB_URL_0', value: 'jdbc:x' }] }],
  ['env JAVA_OPT -Ddb.num', { env: [{ name: 'JAVA_OPT', value: '-Ddb.num=2' }] }],
  ['config nacos.config.namespace.compatible.mode', { config: 'nacos.config.namespace.compatible.mode=true' }],
])('condition SettingsSupported names %s, which 3.3 does not read by that name', (setting, spec) => {
  const of = (version: string) =>
    condition(look(nacos({ version, ...spec }), observed([up(0, { version })])), 'SettingsSupported');
  expect(of('3.3.0')?.message).toContain(`spec.${setting}: `);
  expect(of('3.2.3')?.message ?? '').not.toContain(`spec.${setting}: `);
});
