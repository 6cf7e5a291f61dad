import type { Stored } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { child, nacos } from '../nacos-object.js';
import { condition, decideOn, gateOf, look, observed, schemaJob, statefulSet, up } from './world.js';

const at = (database: object, generation = 7, annotations = {}): NacosObject => {
  const object = nacos({
    type: 'cluster',
    database: { type: 'mysql', mysqlHost: 'db', mysqlDb: 'nacos', credentialsSecret: { name: 'login' }, ...database },
  });
  return { ...object, metadata: { ...object.metadata, generation, annotations } };
};
const template = child(render(at({})), 'StatefulSet').spec;
const live = { ...statefulSet(3), spec: { ...template, selector: statefulSet(3).spec?.selector } };
const ran = observed([up(0), up(1), up(2)], { statefulSet: live as Stored<StatefulSet>, listed: 3 });
const misspelt = { mysqlDb: 'nacso' };
const consent = { 'nacos.io/database-moved': '7' };
const gates = (object: NacosObject, found = ran) =>
  ['StatefulSet', 'Job'].map((kind) => gateOf(object, found, kind, { jobs: [schemaJob(object, false)] }));

describe('servers that have run', () => {
  it.each([
    ['database', misspelt],
    ['host', { mysqlHost: 'other' }],
    ['port', { mysqlPort: '3307' }],
  ])('do not go to another %s by themselves, which is not made either', (_what, change) => {
    for (const gate of gates(at(change))) expect(gate).toMatch(/may hold other data.*database-moved=7/);
    const seen = look(at(change), ran);
    expect(seen.status?.phase).toBe('Failed');
    expect(condition(seen, 'Stalled')?.reason).toBe('DatabaseChangeRefused');
    expect(decideOn(at(change), ran).step?.type).not.toBe('ReplacePod');
  });

  it('go where a human says of this very generation that the data is there', () => {
    expect(gates(at(misspelt, 7, consent))).toEqual([expect.stringContaining('waits for the schema'), undefined]);
    expect(gates(at(misspelt, 8, consent))).toEqual([expect.stringContaining('may hold'), expect.anything()]);
  });

  it('are held though the status is lost', () => {
    expect(gates({ ...at(misspelt), status: {} })[0]).toMatch(/may hold/);
  });
});

it('a database that was never used may be corrected', () => {
  const waiting = observed([{ pod: 'n-0', ordinal: 0, ready: false }], { statefulSet: ran.statefulSet!, listed: 3 });
  expect(gates(at(misspelt), waiting)).toEqual([expect.stringContaining('waits for the schema'), undefined]);
});
