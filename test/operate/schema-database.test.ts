import type { Stored } from 'cdk8s-reconciler';
import type { Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { child, nacos } from '../nacos-object.js';
import { condition, decideOn, gateOf, look, observed, pod, schemaJob, statefulSet, up } from './world.js';

const at = (database: object, generation = 7, annotations = {}): NacosObject => {
  const object = nacos({
    type: 'cluster',
    database: { type: 'mysql', mysqlHost: 'db', mysqlDb: 'nacos', credentialsSecret: { name: 'login' }, ...database },
  });
  return { ...object, metadata: { ...object.metadata, generation, annotations, uid: 'u' } };
};
const template = child(render(at({})), 'StatefulSet').spec;
const live = { ...statefulSet(3), spec: { ...template, selector: statefulSet(3).spec?.selector } };
const ran = observed([up(0), up(1), up(2)], { statefulSet: live as Stored<StatefulSet>, listed: 3 });
const misspelt = { mysqlDb: 'nacso' };
const consent = { 'nacos.io/database-moved': 'u/7' };
const gates = (object: NacosObject, found = ran) =>
  ['StatefulSet', 'Job'].map((kind) => gateOf(object, found, kind, { jobs: [schemaJob(object, false)] }));

describe('servers that have run', () => {
  it.each([
    ['database', misspelt],
    ['host', { mysqlHost: 'other' }],
    ['port', { mysqlPort: '3307' }],
  ])('do not go to another %s by themselves, which is not made either', (_what, change) => {
    for (const gate of gates(at(change))) expect(gate).toMatch(/may hold other data.*database-moved=u\/7/);
    const seen = look(at(change), ran);
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'Stalled')?.reason).toBe('DatabaseChangeRefused');
    expect(decideOn(at(change), ran).step?.type).not.toBe('ReplacePod');
  });

  it('go where a human says of this very generation that the data is there', () => {
    expect(gates(at(misspelt, 7, consent))).toEqual([expect.stringContaining('waits for the schema'), undefined]);
    for (const other of ['u/6', 'former/7', '7'])
      expect(gates(at(misspelt, 7, { 'nacos.io/database-moved': other }))).toEqual([
        expect.stringContaining('may hold'),
        expect.anything(),
      ]);
  });

  it('are held though the status is lost', () => {
    expect(gates({ ...at(misspelt), status: {} })[0]).toMatch(/may hold/);
  });

  it('are held though their StatefulSet is gone: their pods show what they use', () => {
    const { statefulSet: _, ...rest } = ran;
    const orphan = { ...pod('n-0', {}), spec: template?.template.spec } as Stored<Pod>;
    for (const gate of gates(at(misspelt), { ...rest, orphan })) expect(gate).toMatch(/may hold/);
    expect(gates(at({}), { ...rest, orphan })).toEqual([expect.stringContaining('waits for the schema'), undefined]);
  });
});

it('a database that was never used may be corrected', () => {
  const waiting = observed([{ pod: 'n-0', ordinal: 0, ready: false }], { statefulSet: ran.statefulSet!, listed: 3 });
  expect(gates(at(misspelt), waiting)).toEqual([expect.stringContaining('waits for the schema'), undefined]);
});

describe('servers that have run, by other doors than spec.database,', () => {
  const url = (host: string, more = '') => ({ config: `db.url.0=jdbc:mysql://${host}:3306/nacos${more}` });
  const external = { type: 'mysql', schema: 'External' };
  const embedded = { type: 'embedded' };
  const standalone = (spec: object): NacosObject => {
    const object = nacos({ type: 'standalone', version: '2.3.2', certification: { enabled: false }, ...spec });
    return { ...object, metadata: { ...object.metadata, generation: 7, uid: 'u' } };
  };
  const refusal = (before: object, after: object) => {
    const made = { ...statefulSet(1), spec: child(render(standalone(before)), 'StatefulSet').spec };
    const found = observed([up(0, { version: '2.3.2' })], { statefulSet: made as Stored<StatefulSet> });
    const seen = look(standalone(after), found);
    const gate = gateOf(standalone(after), found, 'StatefulSet');
    expect(condition(seen, 'Stalled')?.reason === 'DatabaseChangeRefused').toBe(gate !== undefined);
    return gate;
  };

  it.each([
    ['another URL', { database: external, ...url('db') }, { database: external, ...url('other') }],
    ['a URL where there was none', { database: external }, { database: external, ...url('db') }],
    [
      'MySQL in the place of the embedded database',
      { database: embedded },
      { config: 'spring.sql.init.platform=mysql' },
    ],
    [
      'a URL by a word for the JVM',
      { database: external, env: [{ name: 'JAVA_OPT_EXT', value: '--db.url.0=jdbc:mysql://db/nacos' }] },
      { database: external, env: [{ name: 'JAVA_OPT_EXT', value: '--db.url.0=jdbc:mysql://other/nacos' }] },
    ],
  ])('do not go to %s, which may hold a password and is not shown', (_what, before, after) => {
    const gate = refusal(before, after);
    expect(gate).toMatch(/may hold other data.*database-moved=u\/7/);
    expect(gate).not.toContain('jdbc');
  });

  it.each([
    ['the same URL', { database: external, ...url('db') }, { database: external, ...url('db') }],
    ['other parameters', { database: external, ...url('db') }, { database: external, ...url('db', '?useSSL=true') }],
    ['settings by reference', { database: external }, { database: external, env: [byReference('JAVA_OPT_EXT')] }],
  ])('may get %s', (_what, before, after) => {
    expect(refusal(before, after)).toBeUndefined();
  });
});

function byReference(name: string) {
  return { name, valueFrom: { secretKeyRef: { name: 'mine', key: 'options' } } };
}
