import { digestOf, type Item, type Kind, kindOf, kinds, nameOf } from '../../lib/data/item.js';
import type { Listed, Marked, Store, Written } from '../../lib/data/source.js';

/** A store without a server; its items may change at any time. */
export class MemoryStore implements Store {
  readonly url = 'http://memory:8848/nacos';
  readonly origin;
  readonly items = new Map<string, Item>();
  /** Called before each read, with the name. */
  onRead: (name: string) => void = () => undefined;
  reads = 0;
  writes = 0;

  constructor(items: Iterable<Item> = [], unknown: readonly string[] = []) {
    this.origin = { version: '2.3.2', unknown };
    for (const item of items) this.items.set(nameOf(item), item);
  }

  async *list(only: readonly Kind[] = kinds): AsyncIterable<Listed> {
    // In another order than that of an archive.
    for (const [name, item] of [...this.items].reverse())
      if (only.includes(kindOf(name))) yield { name, mark: digestOf(item, []), read: () => this.find(name) };
  }

  async find(name: string): Promise<Marked | undefined> {
    this.onRead(name);
    this.reads++;
    const item = this.items.get(name);
    return item && { item, mark: digestOf(item, []) };
  }

  async write(item: Item): Promise<Written> {
    this.writes++;
    this.items.set(nameOf(item), item);
    return { done: true };
  }

  async remove(name: string): Promise<void> {
    this.items.delete(name);
  }

  close(): void {}
}
