import { createHash } from 'node:crypto';

/** A program that travels in a ConfigMap: what to store, and how `node` starts it. */
export interface Program {
  readonly binaryData: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** Changes when the program does. */
  readonly checksum: string;
}

/**
 * `kubectl apply` keeps the object once more in an annotation, of which 256 KiB are allowed: enough is left for
 * whatever others add.
 */
const limit = 224 * 1024;
const file = 'operator.cjs.gz';

/**
 * fflate rather than zlib: the bytes of zlib differ between builds of Node. Loaded where it is used: a packed bundle
 * needs none.
 */
export function pack(bundle: string): Uint8Array {
  const { gzipSync, strToU8 } = require('fflate') as typeof import('fflate');
  return gzipSync(strToU8(bundle), { level: 9, mem: 9, mtime: 0 });
}

/**
 * What a ConfigMap mounted at `directory` makes of a packed bundle.
 *
 * @throws Error if it is too large for a ConfigMap
 */
export function program(packed: Uint8Array, directory: string): Program {
  const content = Buffer.from(packed).toString('base64');
  if (content.length > limit - 1024) {
    throw new Error(
      `the bundle takes ${Math.ceil(content.length / 1024)} KiB in a ConfigMap, which may have ${limit / 1024}: import less in entry, or build an image and pass it as image`,
    );
  }
  return {
    binaryData: { [file]: content },
    command: ['node', '-e', loader(`${directory}/${file}`)],
    checksum: createHash('sha256').update(packed).digest('hex'),
  };
}

/** Compiled under a file name, so that stack traces say where. */
function loader(path: string): string {
  return [
    `const path = '${path}'`,
    `const bundle = require('node:zlib').gunzipSync(require('node:fs').readFileSync(path)).toString()`,
    `new (require('node:module'))(path)._compile(bundle, path.slice(0, -3))`,
  ].join('; ');
}
