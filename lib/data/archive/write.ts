import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createTarPacker, type TarPackController } from 'modern-tar';
import { type Kind, kindOf, kinds } from '../item.js';
import { DataError, type Origin } from '../source.js';
import {
  formatVersion,
  type Manifest,
  manifestName,
  notIncluded,
  type Part,
  partName,
  type Reading,
  sha256,
} from './format.js';
import type { Journal } from './journal.js';

/** Bytes after which a part ends; it is in memory as a whole. */
const longestPart = 4 * 1024 * 1024;

/**
 * Makes an archive of what a journal has. Under its name there is a whole archive or none.
 *
 * @returns its manifest, and the SHA-256 of that
 * @throws DataError if the file cannot be written
 */
export async function writeArchive(
  file: string,
  journal: Journal,
  origin: Origin,
  read: Reading,
): Promise<{ readonly manifest: Manifest; readonly digest: string }> {
  const { readable, controller } = createTarPacker();
  const unfinished = `${file}.unfinished`;
  const stream = Readable.fromWeb(readable as ReadableStream);
  const written = pipeline(stream, createWriteStream(unfinished, { mode: 0o600, flush: true }));
  // Heard below, also where packing fails first.
  written.catch(() => undefined);
  try {
    const mtime = new Date(read.ended);
    const parts = await packParts(controller, journal, mtime);
    const counts = Object.fromEntries(kinds.map((kind) => [kind, linesOf(parts, kind)])) as Record<Kind, number>;
    const manifest: Manifest = {
      format: 'nacos-data',
      formatVersion,
      nacos: { version: origin.version, unknown: origin.unknown },
      read,
      counts,
      notIncluded,
      parts,
    };
    const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
    await pack(controller, manifestName, bytes, mtime);
    controller.finalize();
    await written;
    await rename(unfinished, file);
    return { manifest, digest: sha256(bytes) };
  } catch (error) {
    controller.error(error);
    await written.catch(() => undefined);
    await rm(unfinished, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw code ? new DataError(`${file} cannot be written: ${code}`) : error;
  }
}

async function packParts(controller: TarPackController, journal: Journal, mtime: Date): Promise<Part[]> {
  const parts: Part[] = [];
  let lines: Buffer[] = [];
  let kind: Kind = kinds[0];
  let size = 0;
  const end = async () => {
    if (lines.length === 0) return;
    const bytes = Buffer.concat(lines);
    const name = partName(kind, parts.filter((part) => part.kind === kind).length + 1);
    parts.push({ name, kind, lines: lines.length, bytes: bytes.length, sha256: sha256(bytes) });
    await pack(controller, name, bytes, mtime);
    lines = [];
    size = 0;
  };
  for (const name of journal.names()) {
    if (kindOf(name) !== kind || size >= longestPart) await end();
    kind = kindOf(name);
    const line = Buffer.from(`${JSON.stringify(await journal.read(name))}\n`);
    lines.push(line);
    size += line.length;
  }
  await end();
  return parts;
}

async function pack(controller: TarPackController, name: string, bytes: Uint8Array, mtime: Date): Promise<void> {
  const owner = { uid: 0, gid: 0, uname: '', gname: '' };
  const writer = controller.add({ name, size: bytes.length, mtime, mode: 0o600, ...owner }).getWriter();
  await writer.write(new Uint8Array(bytes));
  await writer.close();
}

function linesOf(parts: readonly Part[], kind: Kind): number {
  return parts.filter((part) => part.kind === kind).reduce((sum, { lines }) => sum + lines, 0);
}
