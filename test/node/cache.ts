import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Outside the work tree: layers, images and jars, by digest of what they are made from. Safe to delete at any time. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-nacos', 'node');

/**
 * Path of a thing that is built once. `build` writes it at a path of its own, which is then renamed, so that no run
 * ever sees half of it, and two runs at once do no harm.
 */
export async function built(kind: string, key: string, build: (target: string) => Promise<unknown>): Promise<string> {
  const path = join(cacheDirectory, kind, key);
  if (existsSync(path)) {
    await utimes(path, new Date(), new Date());
    return path;
  }
  await mkdir(dirname(path), { recursive: true });
  const work = await mkdtemp(`${path}.`);
  try {
    await build(join(work, 'result'));
    await rename(join(work, 'result'), path).catch((error: unknown) => {
      if (!existsSync(path)) throw error; // else another run was faster
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return path;
}

/** Layers take gigabytes: what no checkout has used for this long goes. */
const unusedDays = 14;

export async function removeUnused(): Promise<void> {
  for (const kind of await readdir(cacheDirectory)) {
    for (const key of await readdir(join(cacheDirectory, kind))) {
      const path = join(cacheDirectory, kind, key);
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > unusedDays * 24 * 3600 * 1000) await rm(path, { recursive: true, force: true });
    }
  }
}
