import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, nacos, onMysql } from '../nacos-object.js';
import { at, condition, facts, look, pod, schemaJob, silent, statefulSet, up } from './world.js';

const standalone = nacos();
const cluster = nacos({ type: 'cluster' });
const three = [up(0), up(1), up(2)];

describe('phase', () => {
  it('is Creating while servers are not there', () => {
    const seen = look(cluster, facts([up(0), { pod: 'n-1', ordinal: 1, ready: false }]));
    expect(seen.status?.phase).toBe('Creating');
    expect(condition(seen, 'MembersHealthy')?.message).toBe('1 of 3 servers answer; not n-1 (not started)');
  });

  it.each([
    ['standalone', standalone, [up(0)]],
    ['cluster', cluster, three],
  ])('is Running once every server of a %s is ready, answers and is well', (_mode, object, members) => {
    const seen = look(object, facts(members));
    expect(seen.status).toMatchObject({ phase: 'Running', version: '3.0.3' });
    expect(condition(seen, 'Ready')).toBeUndefined();
  });

  it.each([
    ['is not ready', [up(0), up(1), { ...up(2), ready: false }]],
    ['hangs', [up(0), up(1), silent(2)]],
    ['is not UP', [up(0), up(1), up(2, { state: 'STARTING' })]],
    ['sees no leader', [up(0), up(1), up(2, { leaders: { nacos_config: '' } })]],
    ['sees another leader', [up(0), up(1), up(2, { leaders: { nacos_config: 'n-1:7848' } })]],
    ['has no administrator', [up(0), up(1), up(2, { administratorMissing: true })]],
    ['does not take our identity', [up(0), up(1), up(2, { refused: true, state: undefined, leaders: {} })]],
  ])('is not Running while a member %s', (_what, members) => {
    expect(look(cluster, facts(members)).status?.phase).toBe('Creating');
  });

  it('is Creating, with a look at the database, while servers answer and are not ready', () => {
    const seen = look(nacos(onMysql), facts([up(0), { ...up(1), ready: false }, { ...up(2), ready: false }]));
    expect(seen.status?.phase).toBe('Creating');
    expect(condition(seen, 'MembersHealthy')).toMatchObject({ status: 'False', reason: 'NotReady' });
    expect(condition(seen, 'MembersHealthy')?.message).toContain('n-1, n-2 answer but are not ready');
    expect(condition(seen, 'MembersHealthy')?.message).toContain('their database db:3306');
  });

  it('does not take authentication that was off for an administrator', () => {
    const named = { certification: { enabled: true, secretName: 'mine' }, version: '2.3.2' };
    const off = look(nacos({ version: '2.3.2' }), facts([up(0)]));
    expect(condition(off, 'AuthReady')).toMatchObject({ status: 'True', reason: 'Off' });
    const on = { ...nacos(named), status: off.status };
    const client = child(render(on), 'Service', 'n');
    expect(client.spec?.selector).toHaveProperty('nacos.io/waits-for');
    const seen = look(on, facts([up(0, { administratorMissing: undefined })]));
    expect(condition(seen, 'AuthReady')).toMatchObject({ status: 'False', reason: 'NotAsked' });
    expect(condition(look(seen, facts([up(0)])), 'AuthReady')?.reason).toBe('AdministratorSet');
  });

  it('goes with the number of servers that is asked for, also where the spec leaves it open', () => {
    const asked = (object: typeof cluster) => look(object, facts([])).status?.desiredReplicas;
    expect([standalone, cluster, nacos({ type: 'cluster', replicas: 5 })].map(asked)).toEqual([1, 3, 5]);
  });

  it('is Scaling from the moment that a running cluster is to grow until it is whole', () => {
    const live = (members: number) => ({ live: { members, servers: members, seen: true } });
    const running = look(cluster, facts(three, live(3)));
    const asked = { ...running, spec: { ...running.spec, replicas: 5 } };
    const growing = look(asked, facts(three, live(3)));
    expect(growing.status).toMatchObject({ phase: 'Scaling', membership: { members: 4, servers: 4 } });
    const waiting = look(growing, facts([...three, { pod: 'n-3', ordinal: 3, ready: false }], live(4)));
    expect(waiting.status).toMatchObject({ phase: 'Scaling', membership: { members: 4, servers: 4 } });
    expect(condition(waiting, 'Scaled')?.message).toBe('4 of 5 members; adding n-4 waits: n-3 is Absent');
  });

  it('lets one member of Nacos 3 grow, which is never ready alone, and says so meanwhile', () => {
    const alone = [
      { ...up(0, { peers: { nacos_config: ['n-0.n-headless.shop.svc.cluster.local:7848'] } }), ready: false },
    ];
    const live = { live: { members: 1, servers: 1, seen: true } };
    const one = look(nacos({ type: 'cluster', replicas: 1 }), facts(alone, live));
    expect(one.status?.phase).toBe('Creating');
    expect(condition(one, 'MembersHealthy')?.message).toContain('never ready: set spec.replicas to 3');
    const growing = look({ ...one, spec: { ...one.spec, replicas: 3 } }, facts(alone, live));
    expect(growing.status).toMatchObject({ membership: { members: 2, servers: 2 } });
    const before3 = look(nacos({ type: 'cluster', replicas: 1, version: '2.3.2' }), facts(alone, live));
    const waiting = look({ ...before3, spec: { ...before3.spec, replicas: 3 } }, facts(alone, live));
    expect(waiting.status).toMatchObject({ membership: { members: 1, servers: 1 } });
  });

  it('is not Scaling when a member of a running cluster was deleted', () => {
    expect(look(look(cluster, facts(three)), facts([up(0), up(1)])).status?.phase).toBe('Creating');
  });

  it('is Failed, with the remedy, while an image cannot be pulled', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    const containerStatuses = [
      { name: 'n', image: 'a/b:1', imageID: '', ready: false, restartCount: 0, state: { waiting } },
    ];
    const pods = [pod('n-0', { containerStatuses })];
    const seen = look(standalone, facts([{ pod: 'n-0', ordinal: 0, ready: false }]), { pods });
    expect(seen.status?.phase).toBe('Failed');
    const message =
      'Pod n-0, container n, image a/b:1: no such image; check spec.image, spec.version and spec.imagePullSecrets, or mirror the image';
    for (const type of ['Ready', 'Stalled'])
      expect(condition(seen, type)).toMatchObject({ reason: 'ImagePullBackOff', message });
    expect(condition(seen, 'Reconciling')?.status).toBe('False');
  });

  it('is Failed while the API server refuses a child, in the words of the loop', async () => {
    const { status } = await import('../../lib/operate/status.js');
    const standard = [{ type: 'Stalled', status: 'True' as const, reason: 'ApplyFailed', message: 'quota' }];
    const children = { statefulSets: [], jobs: [], pods: [] };
    const stated = status(standalone, children, facts([]), standard);
    expect(stated.phase).toBe('Failed');
    expect(stated.conditions.map(({ type }) => type)).not.toContain('Stalled');
  });
});

describe('status', () => {
  it('is the same in every pass over the same world, at any time', () => {
    const children = { statefulSets: [statefulSet(3)] };
    for (const members of [three, [up(0), up(1), silent(2)], [up(0)]]) {
      const first = look(cluster, facts(members), children);
      const second = look(first, { ...facts(members), at: at + 3_600_000 }, children);
      expect(second.status).toEqual(first.status);
    }
  });

  it('tells of each member its state, since when, and the groups that it leads', () => {
    const [first, second] = look(cluster, facts([up(0), silent(1)])).status?.members ?? [];
    const lastTransitionTime = '2026-11-21T08:00:00Z';
    const address = 'n-0.n-headless.shop.svc.cluster.local:8848';
    expect(first).toEqual({
      pod: 'n-0',
      state: 'UP',
      address,
      version: '3.0.3',
      leaderOf: ['nacos_config'],
      lastTransitionTime,
    });
    expect(second).toEqual({ pod: 'n-1', state: 'Unreachable', lastTransitionTime });
  });

  it('gives a member another time when its state changes', () => {
    const before = look(cluster, facts(three));
    const later = look(before, { ...facts([up(0), up(1), silent(2)]), at: at + 60_000 });
    const times = later.status?.members?.map(({ lastTransitionTime }) => lastTransitionTime);
    expect(times).toEqual(['2026-11-21T08:00:00Z', '2026-11-21T08:00:00Z', '2026-11-21T08:01:00Z']);
  });

  it('does not forget a member whose pod is gone', () => {
    const live = { members: 3, servers: 3, seen: true };
    const seen = look(look(cluster, facts(three, { live })), facts([up(0), up(1)], { live }));
    expect(seen.status?.members?.map(({ pod, state }) => `${pod} ${state}`)).toEqual([
      'n-0 UP',
      'n-1 UP',
      'n-2 Absent',
    ]);
  });

  it('takes up, once it was lost, what is there: nobody joins or leaves at once', () => {
    const live = { members: 4, servers: 5, seen: true };
    expect(look(cluster, facts(three, { live })).status?.membership).toEqual({ members: 4, servers: 5 });
  });

  it('tells the lowest version that runs, so that a change can be taken back until all have it', () => {
    const old = { version: '2.0.4' };
    const before = look(standalone, facts([up(0, old), up(1, old)]));
    expect(look(before, facts([up(0), up(1, old)])).status?.version).toBe('2.0.4');
    expect(look(before, facts([up(0), silent(1)])).status?.version).toBe('2.0.4');
    expect(look(before, facts([up(0), up(1)])).status?.version).toBe('3.0.3');
  });

  it('goes on with the selector of a StatefulSet that somebody else made, known to the caches or not', () => {
    const selector = { app: 'n', team: 'red' };
    const known = look(standalone, facts([]), { statefulSets: [statefulSet(1, selector)] });
    const unknown = look(standalone, facts([], { selector }));
    for (const { status } of [known, unknown]) expect(status?.selector).toBe('app=n,team=red');
  });

  it('keeps the version that was seen while no server answers', () => {
    expect(look(look(standalone, facts([up(0)])), facts([])).status?.version).toBe('3.0.3');
  });

  it('never holds a secret', () => {
    const worlds = [[], [up(0)], [up(0, { administratorMissing: true })], [silent(0)]];
    for (const members of worlds)
      expect(JSON.stringify(look(standalone, facts(members)).status)).not.toContain('secret-password');
  });
});

describe('condition SchemaReady', () => {
  const object = nacos(onMysql);

  it('is True where there is no schema to care for', () => {
    const external = nacos({ ...onMysql, database: { ...onMysql.database, schema: 'External' } });
    for (const one of [standalone, external])
      expect(condition(look(one, facts([])), 'SchemaReady')?.status).toBe('True');
  });

  it('says which database the Job waits for', () => {
    const seen = look(object, facts([]), { jobs: [schemaJob(object, false)] });
    expect(condition(seen, 'SchemaReady')).toMatchObject({
      status: 'False',
      reason: 'Waiting',
      message: expect.stringContaining('waits until db:3306 answers'),
    });
    expect(condition(seen, 'Ready')?.reason).toBe('Waiting');
  });

  it('tells the last words of a Job that fails, and where the login is', () => {
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
    const seen = look(object, facts([]), { jobs: [job], pods });
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'SchemaReady')?.message).toMatch(
      /ERROR 1045: Access denied.*Secret login.*tried again by itself/,
    );
    expect(condition(seen, 'Stalled')?.message).toContain('ERROR 1045');
  });

  it('is True once the Job has ended', () => {
    const seen = look(object, facts([]), { jobs: [schemaJob(object, true)] });
    expect(condition(seen, 'SchemaReady')?.status).toBe('True');
  });
});

describe('condition AuthReady', () => {
  const ready = (seen: ReturnType<typeof look>) => condition(seen, 'AuthReady');

  it('is True where nobody has to log in', () => {
    expect(ready(look(nacos({ version: '2.3.2' }), facts([], { credentials: undefined })))).toMatchObject({
      status: 'True',
      reason: 'Off',
    });
  });

  it('is False until a server says that there is an administrator', () => {
    expect(ready(look(standalone, facts([])))?.status).toBe('False');
    expect(ready(look(standalone, facts([up(0, { administratorMissing: undefined })])))?.status).toBe('False');
    expect(ready(look(standalone, facts([up(0, { administratorMissing: true })])))?.status).toBe('False');
    expect(ready(look(standalone, facts([up(0)])))?.status).toBe('True');
  });

  it('stays True while servers do not answer, since clients would be shut out', () => {
    expect(ready(look(look(standalone, facts([up(0)])), facts([silent(0)])))?.status).toBe('True');
  });

  it('is False again when the data went with the last pod, and not where a volume keeps it', () => {
    const kept = nacos({ volume: { enabled: true } });
    expect(ready(look(look(standalone, facts([up(0)])), facts([])))?.status).toBe('False');
    expect(ready(look(look(kept, facts([up(0)])), facts([])))?.status).toBe('True');
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
    const seen = look(object, facts([up(0, { administratorMissing: true })], { credentials }));
    expect(ready(seen)).toMatchObject({ status: 'False', reason, message: expect.stringMatching(message) });
  });
});

it('says how to take secrets out of a spec, and goes on', () => {
  const object = nacos({
    database: { type: 'mysql', mysqlHost: 'db', mysqlPassword: 'p4ss' },
    certification: { token: 't0ken' },
  });
  const seen = look(object, facts([up(0)]), { jobs: [schemaJob(object, true)] });
  expect(seen.status?.phase).toBe('Running');
  expect(condition(seen, 'SecretsProtected')?.message).toMatch(/credentialsSecret.*certification.secretName/);
  expect(JSON.stringify(seen.status)).not.toMatch(/p4ss|t0ken/);
});

describe('a majority that is lost', () => {
  const live = { members: 3, servers: 3, seen: true };
  const running = look(cluster, facts(three, { live }));
  const later = (minutes: number, members: typeof three) => {
    const lost = look(running, { ...facts(members, { live }), at: at + 60_000 });
    return look(lost, { ...facts(members, { live }), at: at + minutes * 60_000 });
  };

  it('needs a human once it has not come back for ten minutes, and says where to read on', () => {
    const seen = later(12, [up(0), silent(1), silent(2)]);
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'Stalled')).toMatchObject({
      reason: 'QuorumLost',
      message: expect.stringMatching(/^n-1 is Unreachable since .*docs\/operations\/repair\.md/),
    });
  });

  it.each([
    ['it may still come back', later(9, [up(0), silent(1), silent(2)])],
    ['only a minority is away', later(60, [up(0), up(1), silent(2)])],
  ])('needs none while %s', (_what, seen) => {
    expect(seen.status?.phase).toBe('Creating');
  });
});

describe('condition RolledOut', () => {
  const live = { members: 3, servers: 3, seen: true };

  it('tells who still runs as before, and what comes next', () => {
    const seen = look(cluster, facts([up(0), { ...up(1), outdated: true }, up(2)], { live }));
    expect(condition(seen, 'RolledOut')).toMatchObject({
      status: 'False',
      reason: 'RollingOut',
      message: 'n-1 still as before; replacing n-1: it is changed',
    });
  });

  it('tells which member the others wait for', () => {
    const members = [
      { ...up(0), outdated: true },
      { ...up(1), outdated: true },
      { ...up(2), ready: false },
    ];
    expect(condition(look(cluster, facts(members, { live })), 'RolledOut')).toMatchObject({
      reason: 'Waiting',
      message: 'n-0, n-1 still as before; the next waits: n-2 is not ready',
    });
  });

  it.each([
    ['2.3.2', '2.0.4', 'DowngradeRefused', /no way back/],
    ['2.0.4', '2.3.2', 'EmbeddedUpgradeRefused', /docs\/moving-data\.md/],
    ['1.4.2', '2.3.2', 'UpgradePathRefused', /go to 2\.1\.2 first/],
  ])('refuses to go from %s to %s, and says what to do', (from, version, reason, message) => {
    const running = { ...nacos({ version }), status: { version: from } };
    const seen = look(running, facts([up(0, { version: from, leaders: {} })]));
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
    ['a function', { version: '2.3.2', function_mode: 'ai' }, 'function_mode ai (from 3.2 on)'],
  ])('says that the version ignores %s, and the servers run', (_what, spec, message) => {
    const seen = look(nacos(spec), facts([up(0)]));
    expect(condition(seen, 'SettingsSupported')).toMatchObject({
      status: 'False',
      message: expect.stringContaining(message),
    });
    expect(seen.status?.phase).toBe('Running');
  });

  it('is not there where the version knows all', () => {
    for (const spec of [{}, { version: '3.2.3', function_mode: 'ai', ...env('NACOS_AI_REGISTRY_ENABLED') }])
      expect(condition(look(nacos(spec), facts([up(0)])), 'SettingsSupported')).toBeUndefined();
  });
});

it('a server of before 2.0 runs, and a condition says what is up to its owner', () => {
  const old = look(nacos({ image: 'nacos/nacos-server:1.4.1' }), facts([up(0)]));
  expect(old.status?.phase).toBe('Running');
  expect(condition(old, 'VersionManaged')).toMatchObject({ status: 'False', reason: 'BeforeVersion2' });
  expect(condition(old, 'VersionManaged')?.message).toMatch(/^Nacos 1\.4\.1 is run but not managed/);
  expect(condition(look(standalone, facts([up(0)])), 'VersionManaged')).toBeUndefined();
});
