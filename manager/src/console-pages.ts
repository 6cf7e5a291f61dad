import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** The files of the page, as esbuild makes them. */
export interface Console {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

/** Serves the page, packed once. */
export function consolePages(app: FastifyInstance, console: Console | undefined): void {
  if (!console) return;
  const files = [
    { path: '/', type: 'text/html; charset=utf-8', content: console.html },
    { path: '/console.js', type: 'text/javascript; charset=utf-8', content: console.script },
    { path: '/console.css', type: 'text/css; charset=utf-8', content: console.style },
  ];
  for (const { path, type, content } of files) {
    const packed = gzipSync(content);
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      reply.type(type).header('cache-control', 'no-cache').header('vary', 'accept-encoding');
      const gzip = request.headers['accept-encoding']?.includes('gzip');
      return gzip ? reply.header('content-encoding', 'gzip').send(packed) : reply.send(content);
    });
  }
}
