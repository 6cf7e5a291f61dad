import type { ServerFacts } from '../server/client.js';
import type { Decision, Seeded } from './initial-data/decide.js';
import type { VolumeFacts } from './volumes.js';

/** A server's pod, and what the server in it says. */
export interface MemberFacts {
  readonly pod: string;
  /** Of the pod, counted from 0. */
  readonly ordinal: number;
  readonly ready: boolean;
  /** Whether the StatefulSet has another pod template by now. */
  readonly outdated?: boolean;
  /** Whether it cannot run: no node, no image, or it ends again and again. Nobody loses anything with such a pod. */
  readonly halted?: boolean;
  /** Whether it is on its way out. */
  readonly ending?: boolean;
  /** Whether clients are led to it, as far as its label goes. */
  readonly serves?: boolean;
  /** When the pod was made, in milliseconds since 1970: from then on it has its address. */
  readonly created?: number;
  /** When its server was last started. Absent while it does not run. */
  readonly since?: number;
  /** Which servers ran when it last compared its configurations with the database, as `runningServers` writes them. */
  readonly refreshed?: string;
  /** How often it was started anew in this pod. */
  readonly restarts?: number;
  /** How many members the list had when the kubelet was last told to look at it. */
  readonly told?: number;
  /** Absent while there is nobody to ask: no address yet, or on its way out. */
  readonly server?: ServerFacts;
}

/** What `observe` finds, in the caches and outside. Holds a password: never to be logged or put into a status. */
export interface Facts {
  /** When they were found, in milliseconds since 1970: what follows from them has no clock of its own. */
  readonly at: number;
  readonly members: readonly MemberFacts[];
  /** Absent where there is no StatefulSet yet. */
  readonly live?: LiveFacts;
  /** Why the StatefulSet could not be made, or changed, now, whatever its volumes. */
  readonly held?: string;
  /** Absent where nobody looked. */
  readonly volumes?: VolumeFacts;
  /** Absent if there is no such Secret, or none is needed. */
  readonly credentials?: CredentialFacts;
  /** Absent where the spec asks for no initial data, and while there is no server to look at. */
  readonly data?: DataFacts;
  /** What servers would now take from Secrets, see `secretsRevision`; absent where that is not known. */
  readonly secretsRevision?: string;
  /** Whether it is not known because the own Secret has no key for it yet. */
  readonly revisionKeyMissing?: boolean;
  /** Selector of a StatefulSet that somebody else made for this object; absent where the caches know it. */
  readonly selector?: Readonly<Record<string, string>>;
}

/** What was applied, as it is there. */
export interface LiveFacts {
  /** Lines in the list of members. Absent where there is none, as after the official operator. */
  readonly members?: number;
  /** Replicas of the StatefulSet. */
  readonly servers: number;
  /** Whether its controller has seen the last change, so that `outdated` can be believed. */
  readonly seen: boolean;
  /** Revision of the Secrets that its pods name, if they name one. */
  readonly secretsRevision?: string;
}

/** What is in the authentication Secret. */
export interface CredentialFacts {
  /** Keys that are not there. */
  readonly missing: readonly string[];
  /** What is there and can't be used, in words. */
  readonly unusable: readonly string[];
  readonly administratorPassword?: string;
  /** What the servers have, where the operator has set it. */
  readonly currentAdministratorPassword?: string;
}

/** What a server has of the initial data, or why that is not known. */
export type DataFacts =
  | {
      readonly found: true;
      /** Of the server that was asked. */
      readonly pod: string;
      readonly decisions: readonly Decision[];
      /** What is known to have been written, for the next time. */
      readonly seeded: Seeded;
      /** Whether all of it was there once and nothing is now. */
      readonly emptied: boolean;
    }
  | { readonly found: false; readonly reason: string };
