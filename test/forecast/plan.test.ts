import { describe, expect, it } from 'vitest';
import { plan } from '../../lib/forecast/plan.js';
import { nacos, onMysql } from '../nacos-object.js';

const cluster = (more: object = {}) => ({ type: 'cluster', replicas: 3, version: '2.3.2', ...more });
const of = (before: object, after: object, status?: object) =>
  plan(nacos(before, { status: status as never }), nacos(after));

describe('a plan', () => {
  it('of no change is nothing', async () => {
    expect(await of(cluster(), cluster())).toMatchObject({
      refused: [],
      spec: [],
      children: [],
      steps: [],
      restarts: [],
    });
  });

  it('of a change while the operator leaves it alone is nothing, and says why', async () => {
    const change = cluster({ podAnnotations: { a: 'b' }, paused: true });
    const nothing = { children: [], restarts: [], steps: [], waits: ['nothing is done as long as it is paused'] };
    expect(await of(cluster(), change)).toMatchObject(nothing);
  });

  it('of a changed pod restarts followers first and the leader last', async () => {
    const members = [0, 1, 2].map((ordinal) => ({ pod: `n-${ordinal}`, ...(ordinal === 1 && { leaderOf: ['g'] }) }));
    const { restarts, steps, spec } = await of(cluster(), cluster({ podAnnotations: { a: 'b' } }), { members });
    expect(spec).toEqual([{ path: 'spec.podAnnotations', from: undefined, to: { a: 'b' } }]);
    expect(restarts).toEqual(['n-2', 'n-0', 'n-1']);
    expect(steps.indexOf('Replacing n-1: its pod template has changed')).toBeGreaterThan(
      steps.findIndex((step) => /leaderships of n-1/.test(step)),
    );
  });

  it('of 2.x to 3.3 on MySQL goes by way of 3.0.3, in two rolls, and says what changes', async () => {
    const of3 = (version: string) => ({ ...onMysql, replicas: 3, version });
    const { refused, steps, restarts, notes, after } = await of(of3('2.5.1'), of3('3.3.0'));
    expect(refused).toEqual([]);
    expect(restarts).toHaveLength(6);
    const why = steps.flatMap((step) => /^Replacing n-\d: (.*)/.exec(step)?.[1] ?? []);
    const way = 'on the way to 3.3.0 by way of 3.0.3';
    const changed = 'its pod template has changed';
    expect(why).toEqual([way, way, way, changed, changed, changed]);
    expect(JSON.stringify(after.find(({ kind }) => kind === 'StatefulSet'))).toContain('nacos-server:v3.3.0');
    expect(notes.map((note) => note.split(':')[0])).toEqual(['3.0', '3.2', '3.2.4', '3.3', '3.3', '3.3']);
  });

  it('of 3.x on MySQL to 3.3 gives each member a volume, in the order in which their pods can be made again', async () => {
    const of3 = (version: string) => ({ ...onMysql, replicas: 3, version });
    const members = [0, 1, 2].map((ordinal) => ({ pod: `n-${ordinal}`, ...(ordinal === 0 && { leaderOf: ['g'] }) }));
    const { refused, steps, restarts, after, children } = await of(of3('3.0.3'), of3('3.3.0'), { members });
    expect(refused).toEqual([]);
    const at = (pattern: RegExp) => steps.findIndex((step) => pattern.test(step));
    expect(at(/Replacing StatefulSet n around its running pods/)).toBeLessThan(at(/leaderships of n-0/));
    expect(restarts).toEqual(['n-0', 'n-1', 'n-2']);
    const set = after.find(({ kind }) => kind === 'StatefulSet') as { spec?: { volumeClaimTemplates?: object[] } };
    expect(set.spec?.volumeClaimTemplates).toHaveLength(1);
    expect(children.flatMap(({ kind, paths }) => (kind === 'StatefulSet' ? paths : []))).toContain(
      'spec.volumeClaimTemplates',
    );
  });

  it('of another size adds one after the other, and restarts none', async () => {
    const { steps, restarts, children } = await of(cluster(), cluster({ replicas: 5 }));
    expect(children.map(({ kind, paths }) => [kind, ...paths])).toEqual([
      ['ConfigMap', 'data.cluster.conf'],
      ['StatefulSet', 'spec.replicas'],
    ]);
    expect(steps.filter((step) => step.startsWith('Scaling'))).toEqual([
      'Scaling up to 4 members: adding n-3',
      'Scaling up to 5 members: adding n-4',
    ]);
    expect(restarts).toEqual([]);
  });

  it('of a smaller size moves leaders away, and stops no member that is still in Raft', async () => {
    const members = [0, 1, 2, 3, 4].map((ordinal) => ({
      pod: `n-${ordinal}`,
      ...(ordinal === 4 && { leaderOf: ['g'] }),
    }));
    const { steps } = await of(cluster({ replicas: 5 }), cluster(), { members });
    const at = (pattern: RegExp) => steps.findIndex((step) => pattern.test(step));
    expect(at(/Disabling client traffic to n-4/)).toBeLessThan(at(/leaderships of n-4/));
    expect(at(/leaderships of n-4/)).toBeLessThan(at(/removing n-4 from the list/));
    expect(at(/removing n-4 from the list/)).toBeLessThan(at(/stopping n-4/));
    expect(at(/stopping n-4/)).toBeLessThan(at(/removing n-3 from the list/));
    expect(at(/stopping n-3/)).toBe(steps.length - 1);
  });

  it('of a larger volume lets claims grow, and restarts none', async () => {
    const volume = (storage: string) => ({ version: '2.3.2', volume: { enabled: true, requests: { storage } } });
    const { steps, restarts, refused } = await of(volume('10Gi'), volume('20Gi'));
    expect(refused).toEqual([]);
    expect(steps.filter((step) => /Expanding volume claim .* from 10Gi to 20Gi/.test(step))).toHaveLength(1);
    expect(steps.at(-1)).toMatch(/Replacing StatefulSet n around its running pods/);
    expect(restarts).toEqual([]);
  });

  it('of a larger volume together with another template restarts every server', async () => {
    const volume = (storage: string, more: object = {}) =>
      cluster({ volume: { enabled: true, requests: { storage } }, ...more });
    const { restarts, steps } = await of(volume('10Gi'), volume('20Gi', { podAnnotations: { a: 'b' } }));
    expect(steps.filter((step) => /from 10Gi to 20Gi/.test(step))).toHaveLength(3);
    expect(restarts).toEqual(['n-2', 'n-1', 'n-0']);
  });

  it('of a larger volume and members with other names lets claims grow, and refuses the names', async () => {
    const grown = (storage: string) => cluster({ volume: { enabled: true, requests: { storage } } });
    const { refused, steps } = await of(grown('10Gi'), { ...grown('20Gi'), clusterDomain: 'other.example' });
    expect(steps.map((step) => step.replace(/ from .*/, ''))).toEqual(
      [0, 1, 2].map((ordinal) => `Expanding volume claim db-n-${ordinal}`),
    );
    expect(refused).toMatchObject([{ path: 'spec.clusterDomain', message: expect.stringContaining('set it back') }]);
  });

  it('of a new version on MySQL lets the servers wait for the schema', async () => {
    const { children, waits, restarts } = await of({ ...onMysql, version: '2.0.4' }, { ...onMysql, version: '2.3.2' });
    expect(children.filter(({ kind, change }) => kind === 'Job' && change === 'created')).toHaveLength(1);
    expect(waits).toEqual([expect.stringMatching(/waits for the schema/)]);
    expect(restarts).toEqual(['n-2', 'n-1', 'n-0']);
  });

  it.each([
    ['another database', {}, onMysql, /spec.database.type/],
    ['an older version', { version: '2.3.2' }, { version: '2.0.4' }, /spec.version/],
    [
      'a smaller volume',
      { volume: { enabled: true, requests: { storage: '20Gi' } } },
      { volume: { enabled: true, requests: { storage: '10Gi' } } },
      /storage/,
    ],
    [
      'another database',
      { ...onMysql, replicas: 3 },
      { ...onMysql, replicas: 3, database: { ...onMysql.database, mysqlHost: 'elsewhere' } },
      /^spec\.database$/,
    ],
    ['other names of the members', cluster(), cluster({ clusterDomain: 'other.local' }), /^spec\.clusterDomain$/],
    [
      'an only copy in a pod',
      { type: 'standalone', version: '2.3.2' },
      { type: 'standalone', version: '2.3.2', podAnnotations: { a: 'b' } },
      /^spec$/,
    ],
  ])('of %s is that it is refused', async (_, before, after, path) => {
    const { refused, steps } = await of(before, after);
    expect(refused.map((problem) => problem.path).join()).toMatch(path);
    expect(steps).toEqual([]);
  });

  it('of a server without a volume that has the only copy replaces nothing, and says what would let it go', async () => {
    const { refused, restarts } = await of({ version: '2.3.2' }, { version: '2.3.2', podAnnotations: { a: 'b' } });
    expect(restarts).toEqual([]);
    expect(refused[0]?.message).toMatch(/n-0 has no volume and the only copy.*nacos\.io\/accept-data-loss=/);
    const stopped = await of({ version: '2.3.2' }, { version: '2.3.2', replicas: 0 });
    expect(stopped.refused[0]?.message).toMatch(/stopping it for spec\.replicas 0 loses it/);
    expect(stopped.children).toEqual([]);
  });

  it('of fewer members deletes their claims where these are not retained, each after its member has left', async () => {
    const volume = { volume: { enabled: true, retain: false } };
    const { steps } = await of(cluster(volume), cluster({ ...volume, replicas: 1 }));
    const at = (pattern: RegExp) => steps.findIndex((step) => pattern.test(step));
    expect(at(/stopping n-2/)).toBeLessThan(at(/Deleting volume claim db-n-2: n-2 has left/));
    expect(at(/Deleting volume claim db-n-2/)).toBeLessThan(at(/removing n-1 from the list/));
    expect(at(/Deleting volume claim db-n-1/)).toBe(steps.length - 1);
  });

  it('of a new object over the claims of a former one is that these are taken over, or that nothing starts', async () => {
    const size = { requested: '10Gi', capacity: '10Gi' };
    const mark = { origin: 'x', type: 'cluster', database: 'embedded', version: '2.3.2', members: 3 } as const;
    const claims = [0, 1, 2].map((ordinal) => ({ name: `db-n-${ordinal}`, ...size, mark }));
    const volume = { volume: { enabled: true } };
    const same = await plan(undefined, nacos(cluster({ ...volume, replicas: 1 })), { claims });
    expect(same.steps.join('\n')).toMatch(/removing n-2 from the list/);
    const other = await plan(undefined, nacos({ type: 'standalone', version: '2.3.2', ...volume }), { claims });
    expect(other.refused).toMatchObject([{ message: expect.stringMatching(/db-n-0 holds the data of a cluster/) }]);
    expect(other.children.map(({ kind }) => kind)).not.toContain('StatefulSet');
  });

  it('of a new object creates everything', async () => {
    const { children, steps } = await plan(undefined, nacos(cluster({ version: '3.0.3' })));
    expect(children.every(({ change }) => change === 'created')).toBe(true);
    expect(steps.join('\n')).toMatch(/Generating token, identityKey, identityValue, administratorPassword/);
    expect(steps.join('\n')).toMatch(/Setting the password of user nacos/);
  });

  it('shows no value of a child, which may be secret', async () => {
    const plain = (mysqlPassword: string) => ({
      ...onMysql,
      database: { type: 'mysql', mysqlHost: 'db', mysqlPassword },
    });
    expect(JSON.stringify((await of(plain('old-one'), plain('new-one'))).children)).not.toMatch(/old-one|new-one/);
  });
});
