import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Outside the work tree: layers, images and jars, by digest of what they are made from. Safe to delete at any time. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-nacos', 'node');

/**
 * Path of a thing that is built once. `build` writes it at a path of its own, which is then renamed, so that nobody ever sees
 * half of it, and two runs at once do no harm.
 */
export async function built(kind: string, key: string, build: (target: string) => Promise<unknown>): Promise<string> {
  const path = join(cacheDirectory, kind, key);
  if (existsSync(path)) return path;
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
