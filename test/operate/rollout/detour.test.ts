import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../lib/operate/observed.js';
import { render } from '../../../lib/render/render.js';
import type { NacosSpec } from '../../../lib/resource/spec.js';
import { child, nacos } from '../../nacos-object.js';
import { condition, decideOn, gateOf, look, observed, statefulSet, stepOf, up } from '../world.js';

const database = { type: 'mysql', mysqlHost: 'db', schema: 'External' } as const;
const spec = (version: string, more: object = {}) =>
  ({ type: 'standalone', version, database, certification: { enabled: false }, ...more }) as Partial<NacosSpec>;
const from = 'nacos.io/detour-from';

/** A standalone server of a version on MySQL, as it runs. */
function running(version: string, more: Partial<Observed> = {}, annotations: Record<string, string> = {}): Observed {
  const base = statefulSet(1);
  const live = { ...base, spec: child(render(nacos(spec(version))), 'StatefulSet').spec! } as typeof base;
  const metadata = { ...base.metadata, annotations: { 'nacos.io/version': version, ...annotations } };
  return observed([up(0, { version })], { statefulSet: { ...live, metadata }, ...more });
}

const counted = (count: number) => ({ publicConfigurations: { known: true, count } as const });

function desired(goal: Partial<NacosSpec>, found: Observed) {
  const set = child([...decideOn(nacos(goal), found).children], 'StatefulSet');
  return [set.spec?.template.spec?.containers[0]?.image, set.metadata?.annotations?.[from]];
}

describe('2.x whose spec says 3.3', () => {
  it.each([
    ['the default image', {}, 'nacos/nacos-server:v3.0.3'],
    ['its own', { image: 'harbor.cloud.io:5000/n/nacos:v3.3.0-slim' }, 'harbor.cloud.io:5000/n/nacos:v3.0.3-slim'],
  ])('becomes 3.0.3 first, with %s, and remembers what it had', (_what, more, image) => {
    const found = running('2.5.1', counted(718));
    expect(desired(spec('3.3.0', more), found)).toEqual([image, '2.5.1/718']);
    expect(gateOf(nacos(spec('3.3.0', more)), found, 'StatefulSet')).toBeUndefined();
    expect(condition(look(nacos(spec('3.3.0', more)), found), 'RolledOut')).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/^on the way to 3\.3\.0 by way of 3\.0\.3: /),
    });
  });

  it('does not set out before its configurations are counted, and says why', () => {
    const publicConfigurations = { known: false, reason: 'no server is ready' } as const;
    const found = running('2.5.1', { publicConfigurations });
    expect(gateOf(nacos(spec('3.3.0')), found, 'StatefulSet')).toMatch(/cannot be counted: no server is ready/);
  });

  it('is refused where the tag of the image does not say its version', () => {
    const found = running('2.5.1', counted(1));
    const own = nacos(spec('3.3.0', { image: 'corp/nacos:stable' }));
    expect(gateOf(own, found, 'StatefulSet')).toMatch(/go to a version of 3\.0 to 3\.2 first/);
  });

  it('may be set back as long as not every server is 3.0.3, and forgets what it had', () => {
    expect(desired(spec('2.5.1'), running('2.5.1', {}, { [from]: '2.5.1/718' }))).toEqual([
      'nacos/nacos-server:v2.5.1',
      undefined,
    ]);
  });
});

describe('3.0.3 on the way from 2.5.1 to 3.3', () => {
  const remembered = { [from]: '2.5.1/718' };

  it.each([
    ['as many', 718],
    ['more', 719],
  ])('goes on where it shows %s configurations', (_what, count) => {
    const found = running('3.0.3', counted(count), remembered);
    expect(desired(spec('3.3.0'), found)).toEqual(['nacos/nacos-server:v3.3.0', undefined]);
  });

  it.each([
    ['shows fewer', { known: true, count: 3 } as const, /shows 3 of the 718 configurations .* under 2\.5\.1/],
    ['does not answer', { known: false, reason: 'no server is ready' } as const, /cannot be counted: no server/],
  ])('stays where it %s, and says so', (_what, publicConfigurations, message) => {
    const found = running('3.0.3', { publicConfigurations }, remembered);
    expect(desired(spec('3.3.0'), found)).toEqual(['nacos/nacos-server:v3.0.3', '2.5.1/718']);
    expect(stepOf(nacos(spec('3.3.0')), found)).toBeUndefined();
    expect(condition(look(nacos(spec('3.3.0')), found), 'RolledOut')).toMatchObject({
      reason: 'Waiting',
      message: expect.stringMatching(message),
    });
  });

  it('asks nothing more once a human has set the version to 3.0.3 in between', () => {
    expect(desired(spec('3.0.3'), running('3.0.3', {}, remembered))[1]).toBeUndefined();
    expect(desired(spec('3.3.0'), running('3.0.3'))).toEqual(['nacos/nacos-server:v3.3.0', undefined]);
  });
});
