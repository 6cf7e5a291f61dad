import { createHash } from 'node:crypto';
import type { Kind, Unknown } from '../item.js';

/** Changes only where an older program could no longer read the archive. */
export const formatVersion = 1;

export const manifestName = 'manifest.json';

/** The last file of an archive: without it, the archive is cut off. */
export interface Manifest {
  readonly format: 'nacos-data';
  readonly formatVersion: number;
  readonly nacos: {
    readonly version: string;
    /** Fields that this Nacos does not have, or does not answer, as `kind.field`. */
    readonly unknown: Unknown;
  };
  readonly read: Reading;
  readonly counts: Readonly<Record<Kind, number>>;
  /** What Nacos holds and the archive does not. */
  readonly notIncluded: readonly string[];
  readonly parts: readonly Part[];
}

/** Of what moment the archive is. */
export interface Reading {
  /** ISO 8601. */
  readonly started: string;
  readonly ended: string;
  /** Times that everything was listed. */
  readonly passes: number;
  /** Items that changed meanwhile, and were read again. */
  readonly changed: number;
  /**
   * Whether the last list showed no change: then the archive is what Nacos held between the last two lists. Else each
   * item is what it was at some moment of the reading.
   */
  readonly settled: boolean;
}

export interface Part {
  readonly name: string;
  readonly kind: Kind;
  /** One item each. */
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** The API has no list of them (nacos: ConfigController.java, UserController.java), or they are no data. */
export const notIncluded: readonly string[] = [
  'passwords of users',
  'history of configurations',
  'releases of a configuration by tag',
  'what clients register: ephemeral instances and subscribers',
];

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function partName(kind: Kind, number: number): string {
  return `${kind}s/${String(number).padStart(5, '0')}.jsonl`;
}
