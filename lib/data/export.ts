import { rm } from 'node:fs/promises';
import type { Manifest } from './archive/format.js';
import { Journal } from './archive/journal.js';
import { writeArchive } from './archive/write.js';
import { nameOf } from './item.js';
import { pooled } from './pool.js';
import type { Progress } from './progress.js';
import { atOnce } from './server/client.js';
import type { LiveNacos } from './server/live.js';

/** Lists after which what still changes is taken as it was read. */
const mostPasses = 6;

/** What was exported, and whether a broken-off export was gone on with. */
export interface Exported {
  readonly manifest: Manifest;
  readonly digest: string;
  /** Items that an export before this one had read. */
  readonly resumed: number;
}

/**
 * Reads all that a Nacos holds into an archive. What changes while it is read is read again. Broken off, the same call
 * goes on where it was: what was read is in `FILE.partial`.
 *
 * @throws DataError if the server or the file system fails
 */
export async function exportData(
  source: Pick<LiveNacos, 'url' | 'origin' | 'list' | 'find'>,
  file: string,
  progress: Progress,
  now: () => Date = () => new Date(),
): Promise<Exported> {
  const { version } = source.origin;
  const header = { journal: 'nacos-data', server: source.url, version, started: now().toISOString() } as const;
  const partial = `${file}.partial`;
  const journal = await Journal.open(partial, header);
  try {
    const resumed = journal.size;
    let changed = 0;
    let passes = 0;
    for (let changes = 1; changes > 0 && passes < mostPasses; ) {
      changes = await readChanges(source, journal, progress);
      if (passes++ > 0) changed += changes;
      if (changes === 0) {
        const read = { started: journal.header.started, ended: now().toISOString(), passes, changed, settled: true };
        return { ...(await archived(read)), resumed };
      }
    }
    const read = { started: journal.header.started, ended: now().toISOString(), passes, changed, settled: false };
    return { ...(await archived(read)), resumed };
  } finally {
    await journal.close();
  }

  async function archived(read: Manifest['read']) {
    const written = await writeArchive(file, journal, source.origin, read);
    await rm(partial);
    return written;
  }
}

/** @returns how many items were new, changed or gone since they were read */
async function readChanges(
  source: Pick<LiveNacos, 'list' | 'find'>,
  journal: Journal,
  progress: Progress,
): Promise<number> {
  const seen = new Set<string>();
  let changes = 0;
  await pooled(source.list(), atOnce, async (listed) => {
    seen.add(listed.name);
    if (journal.markOf(listed.name) !== listed.mark) {
      const read = await listed.read();
      if (!read) return;
      // A list of 3.x may show no mark: then only the item says whether it changed.
      if (
        journal.markOf(listed.name) !== read.mark ||
        JSON.stringify(await journal.read(listed.name)) !== JSON.stringify(read.item)
      ) {
        await journal.put(read);
        changes++;
      }
    }
    progress({ what: 'read', name: listed.name });
  });
  // A list by pages can miss what is there while others are removed.
  await pooled(
    journal.names().filter((name) => !seen.has(name)),
    atOnce,
    async (name) => {
      const found = await source.find(name);
      if (found && nameOf(found.item) === name && found.mark === journal.markOf(name)) return;
      changes++;
      await (found ? journal.put(found) : journal.drop(name));
    },
  );
  return changes;
}
