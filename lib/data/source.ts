import type { Item, Kind, Unknown } from './item.js';

/** What the items come from. */
export interface Origin {
  /** Of Nacos. */
  readonly version: string;
  /** What it does not have, or does not answer. */
  readonly unknown: Unknown;
}

/** Where a server is, and what lets in there. */
export interface ServerAddress {
  /** Such as `http://127.0.0.1:8848/nacos`. */
  readonly url: string;
  /** @default no login, for a server without authentication, or with an identity */
  readonly login?: { readonly username: string; readonly password: string };
  /** Header by which the members of a cluster know each other, instead of a login. */
  readonly identity?: { readonly key: string; readonly value: string };
}

/** An item as a list shows it. */
export interface Listed {
  readonly name: string;
  /** Changes with the item, as far as a list shows changes. */
  readonly mark: string;
  /** Undefined if it is gone by now. */
  read(): Promise<Marked | undefined>;
}

export interface Marked {
  readonly item: Item;
  /** As a list of that state shows it. */
  readonly mark: string;
}

/** Where items are read from: a live Nacos or an archive. */
export interface Source {
  readonly origin: Origin;
  /**
   * Kinds in their order. An item that is written meanwhile may come twice or not at all.
   *
   * @param only of these kinds. @default all
   */
  list(only?: readonly Kind[]): AsyncIterable<Listed>;
  close(): void;
}

/** A live Nacos. */
export interface Store extends Source {
  /** The item of the same name, read now. */
  find(name: string): Promise<Marked | undefined>;
  /**
   * Writes it whole, over what is there.
   *
   * @throws DataError if the server refuses it
   */
  write(item: Item): Promise<Written>;
  /** @throws DataError if the server refuses it */
  remove(name: string): Promise<void>;
}

/** Whether an item is there by now, or why a server of this version cannot have it. */
export type Written = { readonly done: true } | { readonly done: false; readonly why: string };

/** What goes wrong with data; its message says what to do. Never with contents or passwords. */
export class DataError extends Error {}
