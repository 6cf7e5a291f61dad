import { describe, expect, it } from 'vitest';
import { serverOf } from '../../lib/operate/servers.js';
import { resolve } from '../../lib/resource/resolve.js';
import { nacos, podOf } from '../nacos-object.js';
import { pod } from './world.js';

/** Where the server in a pod of one spec is asked, by an operator that has another spec. */
function asked(former: object, spec: object) {
  const made = pod('n-0', { podIP: '192.0.2.1' });
  return serverOf(resolve(nacos(spec)), { ...made, spec: podOf(former) as never });
}

describe('a server is asked where it listens, until its pod is replaced', () => {
  it.each([
    ['the port', { config: 'server.port=8849' }, { ports: { http: 8848, grpc: 9848 } }],
    ['the context path', { config: 'server.servlet.context-path=/other' }, { contextPath: '/nacos' }],
  ])('whatever the spec makes of %s by now', (_, change, where) => {
    const spec = { version: '2.3.2' };
    expect(asked(spec, { ...spec, ...change })).toMatchObject(where);
    expect(asked({ ...spec, ...change }, spec)).not.toMatchObject(where);
  });

  it('and by the paths of its own version', () => {
    const [former, next] = [{ version: '2.3.2' }, { version: '3.0.3' }];
    expect(asked(former, next)).toMatchObject({ api: asked(former, former)?.api, consolePath: '' });
  });
});
