import { describe, expect, it } from 'vitest';
import { plan } from '../../../lib/forecast/plan.js';
import { loginOf } from '../../../lib/operate/rollout/login.js';
import { render } from '../../../lib/render/render.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { child, nacos } from '../../nacos-object.js';
import { condition, look, observed, up } from '../world.js';

const reference = { valueFrom: { configMapKeyRef: { name: 'settings', key: 'login' } } };

/** What the spec says of it, by every door; and what it is before 3.3, and from then on. */
const said: readonly [string, object, before: boolean | undefined, from33: boolean | undefined][] = [
  ['nothing', {}, false, true],
  ['the field, yes', { certification: { enabled: true } }, true, true],
  ['the field, no', { certification: { enabled: false } }, false, false],
  ['a variable', { env: [{ name: 'NACOS_AUTH_ENABLE', value: 'false' }] }, false, false],
  ['a property', { config: 'nacos.core.auth.enabled=true' }, true, true],
  ['an option of Java', { env: [{ name: 'JAVA_OPT', value: '-Dnacos.core.auth.enabled=true' }] }, true, true],
  ['a reference', { env: [{ name: 'NACOS_AUTH_ENABLE', ...reference }] }, undefined, undefined],
];

function templateOf(spec: object) {
  return child(render(nacos(spec)), 'StatefulSet').spec!.template;
}

async function planned(version: string, before: object, next: object) {
  const mysql = { database: { type: 'mysql', mysqlHost: 'db' } };
  const { after } = await plan(nacos({ version, ...mysql, ...before }), nacos({ version: '3.3.0', ...mysql, ...next }));
  return after.find(({ kind }) => kind === 'StatefulSet') as { spec?: { template?: object } } | undefined;
}

const login = (set: { spec?: { template?: object } } | undefined) => loginOf(resolve(nacos()), set?.spec?.template);

it.each(said)('whether clients must log in, said by %s, is read from what runs', (_what, spec, before, from33) => {
  expect(loginOf(resolve(nacos()), templateOf({ version: '3.2.3', ...spec }))).toBe(before);
  expect(loginOf(resolve(nacos()), templateOf({ version: '3.3.0', ...spec }))).toBe(from33);
});

describe('an upgrade to 3.3', () => {
  it.each(
    ['2.5.1', '3.0.3', '3.2.3'].flatMap((version) =>
      said.map(([what, spec, before]) => [version, what, spec, before] as const),
    ),
  )('from %s changes nothing for clients where %s is said', async (version, _what, spec, before) => {
    expect(login(await planned(version, spec, spec))).toBe(before);
  });

  it('does what the spec says, and not what was', async () => {
    const on = { certification: { enabled: true } };
    expect(login(await planned('3.2.3', {}, on))).toBe(true);
    expect(login(await planned('3.2.3', on, {}))).toBe(true);
    expect(login(await planned('3.3.0', { certification: { enabled: false } }, on))).toBe(true);
  });
});

it('a new server of 3.3 asks for a login', async () => {
  const { after } = await plan(undefined, nacos({ version: '3.3.0' }));
  expect(login(after.find(({ kind }) => kind === 'StatefulSet') as object)).toBe(true);
});

it('the condition ClientsLogIn says what is kept and how to change it, and goes by the spec once that says something', () => {
  const found = { ...observed([up(0, { version: '3.3.0' })]), clientsLogIn: false };
  expect(condition(look(nacos({ version: '3.3.0' }), found), 'ClientsLogIn')).toMatchObject({
    reason: 'KeptOff',
    message: expect.stringMatching(/user and a password first, then set spec\.certification\.enabled to true/),
  });
  const reason = (enabled: boolean) =>
    condition(look(nacos({ version: '3.3.0', certification: { enabled } }), found), 'ClientsLogIn')?.reason;
  expect([reason(true), reason(false)]).toEqual([undefined, 'Off']);
});
