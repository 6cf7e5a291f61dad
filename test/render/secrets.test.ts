import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, nacos, onMysql } from '../nacos-object.js';

const secretsOf = (spec: object) => render(nacos(spec)).filter(({ kind }) => kind === 'Secret');
const decoded = (spec: object, name: string) =>
  Object.entries(child(render(nacos(spec)), 'Secret', name).data!).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString(),
  ]);

describe('Secrets', () => {
  it('hold what a spec has in plain text', () => {
    const database = { type: 'mysql', mysqlHost: 'db', mysqlUser: 'shop', mysqlPassword: 'pässword' };
    const spec = { database, certification: { enabled: true, token: 'dG9rZW4=' } };
    expect(decoded(spec, 'n-database')).toEqual([
      ['username', 'shop'],
      ['password', 'pässword'],
    ]);
    expect(decoded(spec, 'n-token')).toEqual([['token', 'dG9rZW4=']]);
  });

  it.each([
    ['standalone', {}],
    ['a cluster that asks for logins', { type: 'cluster', certification: { enabled: true } }],
    ['MySQL with a named Secret', onMysql],
  ])(
    'are not made up for %s: the operator makes the one for authentication, which outlives the object',
    (_case, spec) => {
      expect(secretsOf(spec)).toEqual([]);
    },
  );

  it('are none where no operator fills them', () => {
    expect(render(nacos({}), { managedBy: 'gitops' }).map(({ kind }) => kind)).not.toContain('Secret');
  });
});
