import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Metrics } from './metrics.js';

/**
 * Serves `/healthz` (the process answers; whether the API server does is none of its business: a restart would not help),
 * `/readyz` (the caches are complete) and `/metrics`.
 *
 * @throws Error if the port is taken
 */
export async function serveHealth(port: number, ready: () => boolean, metrics: Metrics): Promise<Server> {
  const server = createServer((request, answer) => {
    switch (request.url?.split('?')[0]) {
      case '/healthz':
        return send(answer, 200, 'ok');
      case '/readyz':
        return ready() ? send(answer, 200, 'ok') : send(answer, 503, 'the caches are not complete yet');
      case '/metrics':
        return void metrics.text().then((text) => send(answer, 200, text, metrics.contentType));
      default:
        return send(answer, 404, 'there are /healthz, /readyz and /metrics');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, resolve);
  });
  return server;
}

function send(answer: ServerResponse, status: number, text: string, contentType = 'text/plain'): void {
  answer.writeHead(status, { 'content-type': contentType }).end(`${text.trimEnd()}\n`);
}
