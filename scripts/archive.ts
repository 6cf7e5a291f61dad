import { gzipSync } from 'fflate';
import { packTar } from 'modern-tar';

/** Contents by path. */
export type Files = Readonly<Record<string, string>>;

/** GNU tar warns of files from 1970; this is the date that `npm pack` gives to all of its own. */
const mtime = new Date('1985-10-26T08:15:00Z');

/**
 * A .tgz whose bytes depend on nothing but the files. The compression is in JavaScript, since zlib's output differs
 * between Node versions and processors.
 */
export async function archive(files: Files): Promise<Uint8Array> {
  const entries = Object.keys(files)
    .sort()
    .map((name) => {
      const body = new TextEncoder().encode(files[name]);
      return { header: { name, size: body.length, mtime, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '' }, body };
    });
  return gzipSync(await packTar(entries), { level: 9, mtime: 0 });
}
