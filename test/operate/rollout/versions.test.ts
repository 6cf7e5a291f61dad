import { describe, expect, it } from 'vitest';
import { render } from '../../../lib/render/render.js';
import { noTraffic } from '../../../lib/render/services.js';
import type { NacosObject } from '../../../lib/resource/nacos.js';
import type { NacosSpec } from '../../../lib/resource/spec.js';
import { child, nacos } from '../../nacos-object.js';
import { condition, decideOn, gateOf, look, observed, recorded, silent, statefulSet, up } from '../world.js';

const volume = { enabled: true };
const image = (tag: string) => `nacos/nacos-server:${tag}`;

/** A StatefulSet of a standalone server, as it was made of a spec. */
function live(spec: object) {
  const base = statefulSet(1);
  return { ...base, spec: child(render(nacos(spec)), 'StatefulSet').spec! } as typeof base;
}

const refusedBy = (spec: Partial<NacosSpec>, found: Parameters<typeof gateOf>[1]) =>
  gateOf(nacos({ certification: { enabled: false }, ...spec }), found, 'StatefulSet');

describe('an upgrade that is refused', () => {
  it.each([
    ['the server answers', observed([up(0, { version: '2.3.2' })])],
    ['it does not, by its pod', observed([{ ...silent(0), version: '2.3.2' }])],
    [
      'there is no pod, by what is written on the StatefulSet',
      observed([], { statefulSet: recorded(statefulSet(1), '2.3.2') }),
    ],
  ])('stays refused without any status: %s', (_what, found) => {
    expect(refusedBy({ version: '2.5.1', volume }, found)).toMatch(/tables cannot be altered/);
    expect(refusedBy({ version: '2.0.4', volume }, found)).toMatch(/no way back/);
  });

  it.each([
    ['v3.0.3', 'v2.3.2', '2.3.2'],
    ['v2.3.2', 'v3.0.3', '3.0.3'],
  ])('is one to image %s of version %s, where spec.version stays behind', (next, former, version) => {
    const found = observed([up(0, { version })], { statefulSet: live({ version, image: image(former), volume }) });
    expect(refusedBy({ version, image: image(next), volume }, found)).toMatch(/from .* to /);
    const seen = look(nacos({ version, image: image(next), volume }), found);
    expect(condition(seen, 'Stalled')?.reason).toMatch(/Refused$/);
  });
});

describe('beside a version that is refused', () => {
  const former = { version: '2.3.2', volume, certification: { enabled: false } };
  const service = (spec: object) =>
    ({ ...child(render(nacos(spec)), 'Service'), metadata: { name: 'n', uid: 's', resourceVersion: '1' } }) as never;
  const found = observed([up(0, { version: '2.3.2' })], { statefulSet: live(former) });
  const refused = { ...former, version: '3.0.3', service: { type: 'NodePort' }, config: 'server.port=9000' };

  it('a Service stays as the servers are', () => {
    const services = { services: [service(former)] };
    expect(gateOf(nacos(refused), found, 'Service', services)).toMatch(/tables cannot be altered/);
    expect(gateOf(nacos({ ...refused, version: '2.3.2' }), found, 'Service', services)).toBeUndefined();
  });

  it('a Service that is not there is made, and one that is to let clients in lets them in', () => {
    expect(gateOf(nacos(refused), found, 'Service')).toBeUndefined();
    const closed = { ...(service(former) as object), spec: { selector: noTraffic } } as never;
    expect(gateOf(nacos(refused), found, 'Service', { services: [closed] })).toBeUndefined();
  });

  it('the schema is that of the version that runs', () => {
    const database = { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } };
    const spec = (version: string) => nacos({ version, database, certification: { enabled: false } });
    const jobs = (object: NacosObject) =>
      decideOn(object, observed([up(0, { version: '1.4.8' })], { statefulSet: live({ version: '1.4.8', database }) }))
        .children.filter(({ kind }) => kind === 'Job')
        .map(({ metadata }) => metadata?.name);
    expect(jobs(spec('2.3.2'))).toEqual(jobs(spec('1.4.8')));
    expect(jobs(spec('2.1.2'))).not.toEqual(jobs(spec('1.4.8')));
  });
});

it('a tag that is no version of Nacos may change, where spec.version says what it is', () => {
  const spec = (tag: string) => ({ version: '2.3.2', image: `corp/nacos:${tag}`, volume });
  const found = observed([up(0, { version: '2.3.2' })], { statefulSet: live(spec('1.0.5')) });
  expect(refusedBy(spec('4.0.0'), found)).toBeUndefined();
});

it('a version that never ran may be corrected', () => {
  const never = { pod: 'n-0', ordinal: 0, ready: false, version: '3.0.3' };
  expect(
    refusedBy({ version: '2.3.2', volume }, observed([never], { statefulSet: live({ version: '3.0.3', volume }) })),
  ).toBeUndefined();
});

describe('an upgrade to a line that is newer than all that are known', () => {
  const database = { type: 'mysql', mysqlHost: 'db', schema: 'External' } as const;
  const wanted = (version: string, accepted?: string): NacosObject => {
    const { metadata, ...rest } = nacos({ version, database, certification: { enabled: false } });
    const annotations = accepted === undefined ? {} : { 'nacos.io/accept-version': accepted };
    return { ...rest, metadata: { ...metadata, uid: 'u', annotations } } as NacosObject;
  };
  const gate = (object: NacosObject, running: string) =>
    gateOf(object, observed([up(0, { version: running })]), 'StatefulSet');

  it.each([
    ['without consent', '3.3.0', '3.4.0', undefined, true],
    ['with the consent of another Nacos', '3.3.0', '3.4.0', 'other/3.4.0', true],
    ['with a consent to another version', '3.3.0', '3.5.0', 'u/3.4.0', true],
    ['with consent', '3.3.0', '3.4.0', 'u/3.4.0', false],
    ['within the line that runs', '3.4.0', '3.4.1', undefined, false],
    ['from 2.x, where there is a way to what is known', '2.5.1', '3.4.0', undefined, true],
  ])('is refused or not: %s', (_what, running, version, accepted, refused) => {
    const reason = gate(wanted(version, accepted), running);
    if (refused) expect(reason).toMatch(/knows versions up to|go to a version of 3\.0 to 3\.2 first/);
    else expect(reason ?? '').not.toMatch(/knows versions up to/);
  });

  it('is refused with the command that consents, and new servers of that line run', () => {
    const seen = look(wanted('3.4.0'), observed([up(0, { version: '3.3.0' })]));
    expect(condition(seen, 'Stalled')).toMatchObject({ reason: 'VersionUnknown' });
    expect(condition(seen, 'Stalled')?.message).toMatch(
      /kubectl annotate nacos n -n shop --overwrite nacos\.io\/accept-version=\$\(kubectl get nacos n .*\)\/3\.4\.0/,
    );
    expect(gateOf(wanted('3.4.0'), observed([]), 'StatefulSet') ?? '').not.toMatch(/knows versions/);
  });
});
