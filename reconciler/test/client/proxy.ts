import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An HTTP proxy on loopback. It finds every host there, too. */
export interface LocalProxy {
  readonly url: URL;
  /** What it was asked for: `host:port`, and the login if there was one. */
  readonly asked: string[];
}

/** @param status its answer, 200 for a tunnel */
export async function startProxy(status = 200): Promise<LocalProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer().on('connect', (request, socket: Socket) => {
    const { 'proxy-authorization': login = '' } = request.headers;
    asked.push([request.url, Buffer.from(login.replace('Basic ', ''), 'base64')].join(' ').trim());
    sockets.add(socket.on('error', () => {}));
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} Not You\r\n\r\n`);
    const upstream = connect(Number(request.url?.split(':').pop()), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    sockets.add(upstream.on('error', () => socket.destroy()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}
