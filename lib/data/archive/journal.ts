import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Item, inOrder, nameOf } from '../item.js';
import { DataError, type Marked } from '../source.js';

/** What an export has read so far, in the order of reading; the archive is made of it in the end. */
export interface JournalHeader {
  readonly journal: 'nacos-data';
  readonly server: string;
  readonly version: string;
  readonly started: string;
}

interface Place {
  readonly mark: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * A file of JSON lines to which an export appends. Of an item that comes twice the later one counts. In memory there
 * are names and marks only.
 */
export class Journal {
  private readonly places = new Map<string, Place>();
  private writing: Promise<unknown> = Promise.resolve();
  private readonly written: { header: JournalHeader; end: number; dropped: number };

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    header: JournalHeader,
  ) {
    this.written = { header, end: 0, dropped: 0 };
  }

  /**
   * Goes on with what an export of the same server left.
   *
   * @throws DataError if the file is of another server
   */
  static async open(file: string, header: JournalHeader): Promise<Journal> {
    const handle = await open(file, 'a+', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw new DataError(`${file} cannot be written: ${error.code}`);
    });
    const journal = new Journal(file, handle, header);
    try {
      await journal.recover();
    } catch (error) {
      await handle.close();
      throw error;
    }
    return journal;
  }

  get header(): JournalHeader {
    return this.written.header;
  }

  get size(): number {
    return this.places.size;
  }

  /** In the order of an archive. */
  names(): string[] {
    return [...this.places.keys()].sort(inOrder);
  }

  markOf(name: string): string | undefined {
    return this.places.get(name)?.mark;
  }

  put({ item, mark }: Marked): Promise<void> {
    return this.append({ mark, item }, (offset, length) => this.places.set(nameOf(item), { mark, offset, length }));
  }

  drop(name: string): Promise<void> {
    return this.append({ gone: name }, () => this.places.delete(name));
  }

  async read(name: string): Promise<Item> {
    const { offset, length } = this.places.get(name)!;
    const { buffer, bytesRead } = await this.handle.read(Buffer.alloc(length), 0, length, offset);
    if (bytesRead < length) throw new DataError(`${this.file} was cut off meanwhile; delete it, and export again`);
    return (JSON.parse(buffer.toString()) as { readonly item: Item }).item;
  }

  async close(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.handle.close();
  }

  private append(line: object, then: (offset: number, length: number) => void): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const done = this.writing.then(async () => {
      await this.handle.appendFile(bytes).catch((error: NodeJS.ErrnoException) => {
        throw new DataError(
          `${this.file} cannot be written: ${error.code}; free some space, and run the command again`,
        );
      });
      then(this.written.end, bytes.length);
      this.written.end += bytes.length;
    });
    this.writing = done;
    return done;
  }

  /** Reads what is there, and cuts off a last line that was not written to its end. */
  private async recover(): Promise<void> {
    const { size } = await this.handle.stat();
    let end = 0;
    for await (const line of wholeLines(this.file)) {
      const { length } = line;
      const found = parsed(line.toString());
      if (!found) break;
      if (end === 0) this.check(found as Partial<JournalHeader>);
      else if (typeof found.gone === 'string') this.places.delete(found.gone);
      else if (found.item) this.places.set(nameOf(found.item), { mark: found.mark ?? '', offset: end, length });
      end += length;
    }
    if (size > end) await this.handle.truncate(end);
    this.written.end = end;
    if (end === 0) await this.append(this.written.header, () => undefined);
  }

  private check(found: Partial<JournalHeader>): void {
    const { server, version } = this.written.header;
    if (found.journal !== 'nacos-data' || found.server !== server || found.version !== version)
      throw new DataError(
        `${this.file} is not of an export of ${server} (${version}) that was broken off; delete it, or name another file`,
      );
    this.written.header = found as JournalHeader;
  }
}

interface Line {
  readonly mark?: string;
  readonly item?: Item;
  readonly gone?: string;
}

/** With their ends. Not by node:readline, for which U+2028 ends a line. */
async function* wholeLines(file: string): AsyncIterable<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end + 1)]);
      rest = [];
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
  }
}

function parsed(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
