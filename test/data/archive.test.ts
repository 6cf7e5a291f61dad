import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { packTar, unpackTar } from 'modern-tar';
import { afterAll, describe, expect, it } from 'vitest';
import { Archive } from '../../lib/data/archive/read.js';
import { exportData } from '../../lib/data/export.js';
import { type Item, md5, nameOf } from '../../lib/data/item.js';
import { items } from './contents.js';
import { MemoryStore } from './memory-source.js';

const folder = mkdtempSync(join(tmpdir(), 'nacos-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
const fresh = () => join(folder, `${number++}.tar`);
const silent = () => undefined;

async function itemsIn(file: string): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  for await (const { name, read } of (await Archive.open(file)).list()) found.set(name, (await read())!.item);
  return found;
}

function configuration(dataId: string, content: string): Item {
  return { kind: 'configuration', namespace: 'public', group: 'G', dataId, content, md5: md5(content), type: 'text' };
}

const few = [configuration('a', 'one'), configuration('b', 'two'), configuration('c', 'three\u2028')];

describe('an archive', () => {
  it('gives back every item as it was, whatever its contents', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (all) => {
        const file = fresh();
        const { manifest } = await exportData(new MemoryStore(all), file, silent);
        const found = await itemsIn(file);
        expect(found).toEqual(new Map(all.map((item) => [nameOf(item), item])));
        expect(Object.values(manifest.counts).reduce((sum, count) => sum + count, 0)).toBe(all.length);
        rmSync(file);
      }),
      { numRuns: 60 },
    );
  });

  it('has the same parts of the same data, in whatever order it was read', async () => {
    const [one, other] = [fresh(), fresh()];
    const { manifest } = await exportData(new MemoryStore(few), one, silent);
    const { manifest: again } = await exportData(new MemoryStore(few.toReversed()), other, silent);
    expect(again.parts).toEqual(manifest.parts);
  });

  it('is read with tar alone, and by its owner alone', async () => {
    const file = fresh();
    await exportData(new MemoryStore(few), file, silent);
    expect(execFileSync('tar', ['-tf', file], { encoding: 'utf8' })).toBe(
      'configurations/00001.jsonl\nmanifest.json\n',
    );
    const lines = execFileSync('tar', ['-xOf', file, 'configurations/00001.jsonl'], { encoding: 'utf8' });
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(few);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is refused when a byte of it is another one, wherever that is', async () => {
    const file = fresh();
    const { digest } = await exportData(new MemoryStore(few), file, silent);
    const bytes = readFileSync(file);
    const used = bytes.length - 1024;
    await fc.assert(
      fc.asyncProperty(fc.nat(used - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const altered = Buffer.from(bytes);
        altered[at]! ^= change;
        const other = fresh();
        writeFileSync(other, altered);
        // Bytes that fill up a block are of no file.
        const outcome = await Archive.open(other, digest).then((found) => found.digest, String);
        expect(outcome === digest ? await itemsIn(other) : outcome).toEqual(
          outcome === digest ? await itemsIn(file) : expect.stringMatching(/is refused: .*\. Nothing was written$/),
        );
        rmSync(other);
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when it is cut off, wherever that is', async () => {
    const file = fresh();
    await exportData(new MemoryStore(few), file, silent);
    const bytes = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1025), async (length) => {
        const other = fresh();
        writeFileSync(other, bytes.subarray(0, length));
        const outcome = await Archive.open(other).then(() => itemsIn(other), String);
        if (typeof outcome === 'string') expect(outcome).toMatch(/is refused: .*Nothing was written$/);
        else expect(outcome).toEqual(await itemsIn(file));
        rmSync(other);
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, (files: Map<string, string>) => void, RegExp]>([
    ['a part that is missing', (files) => files.delete('configurations/00001.jsonl'), /00001.jsonl is missing/],
    ['a part too many', (files) => files.set('users/00001.jsonl', '{"kind":"user","username":"a"}\n'), /order|not in/],
    ['no manifest', (files) => files.delete('manifest.json'), /it was cut off/],
    [
      'another line, and a manifest that was mended to fit its counts only',
      (files) =>
        files.set('configurations/00001.jsonl', files.get('configurations/00001.jsonl')!.replace('two', 'owt')),
      /is not what manifest.json says/,
    ],
    [
      'a newer format',
      (files) =>
        files.set('manifest.json', files.get('manifest.json')!.replace('"formatVersion": 1', '"formatVersion": 2')),
      /its format is version 2, this program reads 1; update it/,
    ],
  ])('is refused with %s', async (_, alter, message) => {
    const file = fresh();
    await exportData(new MemoryStore(few), file, silent);
    const entries = await unpackTar(new Uint8Array(readFileSync(file)));
    const files = new Map(entries.map(({ header, data }) => [header.name, new TextDecoder().decode(data)]));
    alter(files);
    const packed = [...files].map(([name, text]) => ({ header: { name, size: Buffer.byteLength(text) }, body: text }));
    writeFileSync(file, await packTar(packed.sort((a) => (a.header.name === 'manifest.json' ? 1 : -1))));
    await expect(Archive.open(file)).rejects.toThrow(message);
  });

  it('is refused when it is another one than the one of that digest', async () => {
    const file = fresh();
    const { digest } = await exportData(new MemoryStore(few), file, silent);
    expect((await Archive.open(file, digest)).digest).toBe(digest);
    await expect(Archive.open(file, 'x')).rejects.toThrow(`its digest is ${digest}, not x`);
  });
});

describe('an export', () => {
  it('reads again what changes, comes and goes while it reads, and says how much', async () => {
    const store = new MemoryStore(few);
    const changes = [
      () => store.items.set(nameOf(few[0]!), configuration('a', 'changed')),
      () => store.items.delete(nameOf(few[1]!)),
      () => store.items.set('configuration public/G/d', configuration('d', 'new')),
    ];
    store.onRead = () => changes.shift()?.();
    const file = fresh();
    const { manifest } = await exportData(store, file, silent);
    expect(await itemsIn(file)).toEqual(new Map([...store.items]));
    expect(manifest.read.settled).toBe(true);
    expect(manifest.read.changed).toBeGreaterThan(0);
  });

  it('says that it is of no single moment where something changes at every look', async () => {
    const store = new MemoryStore(few);
    let count = 0;
    const list = store.list.bind(store);
    store.list = (only) => {
      store.items.set(nameOf(few[0]!), configuration('a', String(count++)));
      return list(only);
    };
    const { manifest } = await exportData(store, fresh(), silent);
    expect(manifest.read).toMatchObject({ settled: false, passes: 6 });
  });

  it('goes on where it was broken off, at whatever byte', async () => {
    const all = Array.from({ length: 40 }, (_, i) => configuration(`c${i}`, `content ${i}\u2029`));
    const whole = fresh();
    const { manifest } = await exportData(new MemoryStore(all), whole, silent);
    const broken = new MemoryStore(all);
    const file = fresh();
    broken.onRead = () => {
      if (broken.reads === 25) throw new Error('broken off');
    };
    await expect(exportData(broken, file, silent)).rejects.toThrow('broken off');
    const partial = readFileSync(`${file}.partial`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: partial.length }), async (length) => {
        writeFileSync(`${file}.partial`, partial.subarray(0, length));
        const store = new MemoryStore(all);
        const again = await exportData(store, file, silent);
        expect(again.manifest.parts).toEqual(manifest.parts);
        expect(store.reads).toBe(all.length - again.resumed);
        rmSync(file);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses to go on with that of another server', async () => {
    const file = fresh();
    const journal = { journal: 'nacos-data', server: 'http://other:8848/nacos', version: '2.3.2', started: '' };
    writeFileSync(`${file}.partial`, `${JSON.stringify(journal)}\n`);
    await expect(exportData(new MemoryStore(few), file, silent)).rejects.toThrow('delete it, or name another file');
  });
});
