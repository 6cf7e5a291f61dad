import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for a server, by Go's rules: HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY has the
 * server (golang.org/x/net/http/httpproxy). A server on this machine has none.
 *
 * @throws Error if the variable is no address of a proxy
 */
export function proxyFor(server: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = env[name] || env[name.toLowerCase()];
  const exceptions = env.NO_PROXY || env.no_proxy || '';
  if (!proxy || isLocal(hostOf(server)) || exceptions.split(',').some((one) => excepts(one.trim(), server))) {
    return undefined;
  }
  return parseProxy(/^[a-z0-9+.-]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`, name);
}

/** @param where the address stands, for the message */
export function parseProxy(text: string, where: string): URL {
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy && /^https?:$/.test(proxy.protocol) && proxy.hostname) return proxy;
  // The address may have a password.
  throw new Error(`${where} is no proxy that is understood: expected http://host:port or https://host:port`);
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/**
 * Whether an entry of NO_PROXY has the server: `*`, an address, a range of them, or a domain; each perhaps with a port.
 */
function excepts(entry: string, server: URL): boolean {
  if (entry === '*') return true;
  const host = hostOf(server);
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  const [, address = '', prefix] = /^\[?([0-9a-f.:]+)\]?\/(\d+)$/i.exec(entry) ?? [];
  if (prefix) return isInRange(host, address, Number(prefix));
  const withPort = isIP(entry) ? null : /^(.*):(\d+)$/.exec(entry);
  const [, name = entry, only] = withPort ?? [];
  if (!name || (only && only !== port)) return false;
  const bare = name.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(bare)) return isInRange(host, bare, isIP(bare) === 6 ? 128 : 32);
  const domain = bare.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function isInRange(host: string, address: string, prefix: number): boolean {
  const family = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');
  if (!isIP(host) || !isIP(address) || prefix > (isIP(address) === 6 ? 128 : 32)) return false;
  const range = new BlockList();
  range.addSubnet(address, prefix, family(address));
  return range.check(host, family(host));
}
