import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { Image } from './image.js';

/**
 * Serves images to the nodes, which pull them as from any registry (OCI distribution specification, the reading half).
 * @param listing file with a JSON array of Image
 */
export async function serveImages(listing: string, address: string, port: number): Promise<void> {
  const images: readonly Image[] = JSON.parse(await readFile(listing, 'utf8'));
  const server = createServer(({ url = '', method }, response) => {
    answer(images, new URL(url, 'http://registry'), method === 'HEAD', response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
}

async function answer(
  images: readonly Image[],
  { pathname, searchParams }: URL,
  head: boolean,
  response: ServerResponse,
) {
  if (pathname === '/v2/') return response.end();
  const [, name, kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
  if (kind === 'manifests') {
    // As a mirror, it is given the registry that it is for.
    const full = `${searchParams.get('ns')}/${name}:${reference}`;
    const image = images.find(({ names, manifest }) => names.includes(full) || digest(manifest) === reference);
    if (image) {
      const { mediaType } = JSON.parse(image.manifest);
      response.writeHead(200, {
        'content-type': mediaType,
        'content-length': Buffer.byteLength(image.manifest),
        'docker-content-digest': digest(image.manifest),
      });
      return response.end(head ? undefined : image.manifest);
    }
  } else {
    const file = images.map(({ blobs }) => blobs[reference]).find(Boolean);
    if (file) {
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': (await stat(file)).size,
      });
      return head ? response.end() : createReadStream(file).pipe(response);
    }
  }
  response.writeHead(404, { 'content-type': 'application/json' });
  return response.end(
    JSON.stringify({
      errors: [{ code: 'MANIFEST_UNKNOWN', message: `not among the images of these tests: ${pathname}` }],
    }),
  );
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
