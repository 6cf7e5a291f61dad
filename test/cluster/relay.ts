import { connect, createServer, type ListenOptions, type NetConnectOpts, type Server } from 'node:net';

/**
 * Hands connections on. Two of them, joined by a socket file, lead out of a network namespace: files know no
 * namespaces.
 */
export function relay(from: ListenOptions, to: NetConnectOpts): Server {
  return createServer((inner) => {
    const outer = connect(to);
    inner.on('error', () => outer.destroy()).pipe(outer);
    outer.on('error', () => inner.destroy()).pipe(inner);
  }).listen(from);
}

// As a program: relay.ts PORT SOCKET listens on 127.0.0.1:PORT and leads to SOCKET.
if (require.main === module) {
  const [port, path = ''] = process.argv.slice(2);
  relay({ host: '127.0.0.1', port: Number(port) }, { path });
}
