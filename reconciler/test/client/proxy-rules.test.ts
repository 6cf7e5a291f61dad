import { expect, it } from 'vitest';
import { parseProxy, proxyFor } from '../../src/client/proxy-rules.js';

const proxy = 'http://proxy.example:3128';
const isUsed = (server: string, NO_PROXY: string) =>
  proxyFor(new URL(server), { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY }) !== undefined;

it.each([
  ['https://api.example', '', true],
  ['https://api.example', '*', false],
  ['https://api.example', 'api.example', false],
  ['https://API.example.', ' other , API.EXAMPLE ', false],
  ['https://a.api.example', 'api.example', false],
  ['https://xapi.example', 'api.example', true],
  ['https://api.example', '.api.example', true],
  ['https://a.api.example', '.api.example', false],
  ['https://a.api.example', '*.api.example', false],
  ['https://api.example', 'api.example:443', false],
  ['http://api.example', 'api.example:80', false],
  ['https://api.example:6443', 'api.example:443', true],
  ['https://10.1.2.3', '10.0.0.0/8', false],
  ['https://11.1.2.3', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.1.2.3', false],
  ['https://10.1.2.30', '10.1.2.3', true],
  ['https://10.1.2.3:6443', '10.1.2.3:6443', false],
  ['https://10.1.2.3:6443', '10.1.2.3:443', true],
  ['https://api.example', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.0.0.0/99', true],
  ['https://[fd00::1]', 'fd00::/8', false],
  ['https://[fd00::1]', 'fe80::/10', true],
  ['https://[fd00::1]:6443', '[fd00::1]:6443', false],
  ['https://[fd00::1]', 'fd00:0::1', false],
  ['https://10.1.2.3', 'fd00::/8', true],
  ['https://localhost:6443', '', false],
  ['https://127.0.0.1:6443', '', false],
  ['https://127.9.9.9:6443', '', false],
  ['https://[::1]:6443', '', false],
  ['https://localhost.example', '', true],
])('%s with NO_PROXY=%s goes through the proxy: %s', (server, noProxy, used) => {
  expect(isUsed(server, noProxy)).toBe(used);
});

it('takes the variable of the protocol, in capitals first', () => {
  const of = (server: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(server), env)?.href;
  expect(of('https://a', { HTTP_PROXY: proxy })).toBeUndefined();
  expect(of('http://a', { HTTP_PROXY: proxy })).toBe(`${proxy}/`);
  expect(of('https://a', { https_proxy: 'http://b', HTTPS_PROXY: 'http://c' })).toBe('http://c/');
  expect(of('https://a', { https_proxy: 'b:3128', no_proxy: 'c' })).toBe('http://b:3128/');
  expect(of('https://c', { https_proxy: 'b:3128', no_proxy: 'c' })).toBeUndefined();
});

it('refuses what is no HTTP proxy, without its password', () => {
  expect(() => parseProxy('socks5://me:secret@proxy:1080', 'proxy-url')).toThrow(
    'proxy-url is no proxy that is understood: expected http://host:port or https://host:port',
  );
  expect(() => proxyFor(new URL('https://a'), { HTTPS_PROXY: 'http://' })).toThrow('HTTPS_PROXY is no proxy');
});
