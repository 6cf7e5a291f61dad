import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './protocol.js';

interface Health {
  /** Of the main thread. */
  readonly signs: { readonly hung: boolean; readonly silence: number };
  /** Why the process is not ready, or undefined. */
  notReady(): Promise<string | undefined>;
  metrics(): Promise<Metrics>;
}

/**
 * Serves `/healthz` (the event loop turns; whether the API server answers does not count: a restart would not help),
 * `/readyz` (the caches are complete) and `/metrics`. Returns the port.
 *
 * @throws Error if the port is taken
 */
export async function serveHealth(port: number, { signs, notReady, metrics }: Health): Promise<number> {
  const answers: Readonly<Record<string, (answer: ServerResponse) => unknown>> = {
    '/healthz': (answer) =>
      signs.hung
        ? send(answer, 503, `the event loop has not turned for ${Math.round(signs.silence / 1000)} s`)
        : send(answer, 200, 'ok'),
    '/readyz': async (answer) => {
      const why = await notReady();
      send(answer, why === undefined ? 200 : 503, why ?? 'ok');
    },
    '/metrics': async (answer) => {
      const { text, contentType } = await metrics();
      send(answer, 200, text, contentType);
    },
  };
  const server = createServer((request, answer) => {
    const serve = answers[request.url?.split('?')[0] ?? ''];
    if (!serve) return send(answer, 404, 'there are /healthz, /readyz and /metrics');
    Promise.resolve(serve(answer)).catch((error) => send(answer, 503, String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function send(answer: ServerResponse, status: number, text: string, contentType = 'text/plain'): void {
  answer.writeHead(status, { 'content-type': contentType }).end(`${text.trimEnd()}\n`);
}
