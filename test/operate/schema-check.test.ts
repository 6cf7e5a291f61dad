import { describe, expect, it } from 'vitest';
import type { ObservedMember } from '../../lib/operate/observed.js';
import { nacos } from '../nacos-object.js';
import { at, gateOf, observed, running, schemaJob, stepOf, up } from './world.js';

const minute = 60_000;
const ago = (minutes: number) => at - minutes * minute;
const database = { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } };
const object = nacos({ type: 'cluster', version: '2.3.2', replicas: 3, database });
const jobEnded = (minutes: number) => schemaJob(object, true, new Date(ago(minutes)).toISOString());
/** Servers of which all that is known is that they are not ready, since they began to run. */
const unready = (more: Partial<ObservedMember>) =>
  [0, 1, 2].map((ordinal) => ({ ...up(ordinal, { version: '2.3.2' }), ready: false, ...more }));
const step = (members: readonly ObservedMember[], job = jobEnded(60)) =>
  stepOf(object, observed(members, running(3)), { jobs: [job] })?.type;

describe('the schema is looked at in the database again', () => {
  it.each([
    ['no server is ready any more, as on a new database', unready({ since: ago(30) })],
    ['all servers end at their start', unready({ since: ago(0), restarts: 2 })],
  ])('where %s', (_what, members) => {
    expect(step(members)).toBe('CheckSchema');
  });

  it.each([
    ['some server is ready', [...unready({ since: ago(30) }).slice(1), up(0, { version: '2.3.2' })]],
    ['servers are starting', unready({ since: ago(1) })],
    ['their pods cannot run', unready({ since: ago(30), halted: true })],
    ['there is no server', []],
  ])('but not where %s', (_what, members) => {
    expect(step(members)).not.toBe('CheckSchema');
  });

  it('and not a moment after the last look', () => {
    expect(step(unready({ since: ago(30) }), jobEnded(5))).not.toBe('CheckSchema');
  });
});

it('servers that have started on a schema may change while it is looked at again', () => {
  const jobs = [schemaJob(object, false)];
  const { statefulSet: live } = running(3);
  const annotations = { 'nacos.io/schema': jobs[0]?.metadata.name ?? '' };
  const had = { ...live!, metadata: { ...live!.metadata, annotations } };
  const gate = (statefulSet: typeof live) =>
    gateOf(object, observed(unready({}), { statefulSet, listed: 3 }), 'StatefulSet', { jobs });
  expect(gate(live)).toMatch(/waits for the schema/);
  expect(gate(had)).toBeUndefined();
});
