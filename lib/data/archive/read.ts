import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream, ReadableWritablePair } from 'node:stream/web';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { digestOf, type Item, inOrder, type Kind, kinds, nameOf } from '../item.js';
import { DataError, type Listed, type Origin, type Source } from '../source.js';
import { formatVersion, type Manifest, manifestName, type Part, sha256 } from './format.js';

/** Longest line of a part, with a part before it: 10 MiB of content, each byte of it escaped. */
const longestEntry = 128 * 1024 * 1024;

/** An archive that was found whole. */
export class Archive implements Source {
  private constructor(
    readonly file: string,
    readonly manifest: Manifest,
    /** SHA-256 of the manifest, which has those of all parts. */
    readonly digest: string,
  ) {}

  get origin(): Origin {
    return this.manifest.nacos;
  }

  /**
   * Reads all of an archive once.
   *
   * @param digest of the manifest, as `data export` printed it. @default any
   * @throws DataError if it is cut off, altered, or of a newer format
   */
  static async open(file: string, digest?: string): Promise<Archive> {
    const found = new Map<string, Omit<Part, 'kind'>>();
    let manifest: Manifest | undefined;
    let own = '';
    let last = '';
    for await (const { name, bytes } of entries(file)) {
      if (found.has(name)) throw refused(file, `${name} is in it twice`);
      if (manifest) throw refused(file, `${name} comes after ${manifestName}`);
      if (name === manifestName) {
        manifest = parsedManifest(file, bytes);
        own = sha256(bytes);
        continue;
      }
      const named = itemsOf(file, name, bytes);
      for (const { name: one } of named) {
        if (last !== '' && inOrder(last, one) >= 0) throw refused(file, `${name}: ${one} is not in order`);
        last = one;
      }
      found.set(name, { name, lines: named.length, bytes: bytes.length, sha256: sha256(bytes) });
    }
    if (!manifest) throw refused(file, `it has no ${manifestName}, so it was cut off`);
    compare(file, manifest, found);
    if (digest !== undefined && digest !== own) throw refused(file, `its digest is ${own}, not ${digest}`);
    return new Archive(file, manifest, own);
  }

  async *list(only: readonly Kind[] = kinds): AsyncIterable<Listed> {
    const parts = new Map(this.manifest.parts.map((part) => [part.name, part]));
    for await (const { name, bytes } of entries(this.file)) {
      if (!only.some((kind) => name.startsWith(`${kind}s/`))) continue;
      if (parts.get(name)?.sha256 !== sha256(bytes)) throw refused(this.file, `${name} changed while it was read`);
      for (const { item, name: one } of itemsOf(this.file, name, bytes)) {
        const marked = { item, mark: digestOf(item, []) };
        yield { name: one, mark: marked.mark, read: async () => marked };
      }
    }
  }

  close(): void {}
}

async function* entries(file: string): AsyncIterable<{ readonly name: string; readonly bytes: Buffer }> {
  const input = createReadStream(file);
  // Its errors arrive by the stream that is made of it.
  input.on('error', () => undefined);
  try {
    const bytes = Readable.toWeb(input) as ReadableStream<Uint8Array>;
    const decoder = createTarDecoder({ strict: true }) as unknown as ReadableWritablePair<ParsedTarEntry, Uint8Array>;
    for await (const { header, body } of bytes.pipeThrough(decoder)) {
      if (header.size > longestEntry) throw refused(file, `${header.name} is too long`);
      yield { name: header.name, bytes: await buffer(body as ReadableStream<Uint8Array>) };
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new DataError(`${file} cannot be read: ${code}`);
    throw refused(file, 'it is no tar archive, or was cut off');
  } finally {
    input.destroy();
  }
}

function itemsOf(file: string, name: string, bytes: Buffer): { readonly item: Item; readonly name: string }[] {
  try {
    const lines = bytes.toString().split('\n');
    if (lines.pop() !== '') throw new Error('no end of line');
    const items = lines.map((line) => JSON.parse(line) as Item);
    const named = items.map((item) => ({ item, name: nameOf(item) }));
    if (items.every(({ kind }) => kinds.includes(kind) && name.startsWith(`${kind}s/`))) return named;
  } catch {}
  throw refused(file, `${name} has a line that is no item`);
}

function parsedManifest(file: string, bytes: Buffer): Manifest {
  let manifest: Partial<Manifest> = {};
  try {
    manifest = Object(JSON.parse(bytes.toString()));
  } catch {}
  if (manifest.format !== 'nacos-data' || !Array.isArray(manifest.parts) || !manifest.nacos || !manifest.counts)
    throw refused(file, `its ${manifestName} is none of this format`);
  if (manifest.formatVersion !== formatVersion)
    throw refused(
      file,
      `its format is version ${manifest.formatVersion}, this program reads ${formatVersion}; update it`,
    );
  return manifest as Manifest;
}

function compare(file: string, { parts, counts }: Manifest, found: ReadonlyMap<string, Omit<Part, 'kind'>>): void {
  for (const part of parts) {
    const there = found.get(part.name);
    if (!there) throw refused(file, `${part.name} is missing`);
    if (there.sha256 !== part.sha256 || there.lines !== part.lines || there.bytes !== part.bytes)
      throw refused(file, `${part.name} is not what ${manifestName} says of it`);
  }
  const extra = [...found.keys()].find((name) => !parts.some((part) => part.name === name));
  if (extra) throw refused(file, `${extra} is not in ${manifestName}`);
  for (const kind of kinds) {
    const lines = parts.filter((part) => part.kind === kind).reduce((sum, part) => sum + part.lines, 0);
    if (lines !== counts[kind])
      throw refused(file, `it has ${lines} ${kind}s, and ${manifestName} says ${counts[kind]}`);
  }
}

function refused(file: string, why: string): DataError {
  return new DataError(`${file} is refused: ${why}. Nothing was written`);
}
