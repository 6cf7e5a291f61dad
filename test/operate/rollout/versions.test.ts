import { describe, expect, it } from 'vitest';
import { render } from '../../../lib/render/render.js';
import type { NacosSpec } from '../../../lib/resource/spec.js';
import { child, nacos } from '../../nacos-object.js';
import { condition, gateOf, look, observed, recorded, silent, statefulSet, up } from '../world.js';

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
