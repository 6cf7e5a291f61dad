import type { ServerFacts } from '../server/client.js';

/** A server's pod, and what the server in it says. */
export interface MemberFacts {
  readonly pod: string;
  readonly ready: boolean;
  /** Absent while the pod has no address. */
  readonly server?: ServerFacts;
}

/** What `observe` finds outside the caches. Holds secrets: never to be logged or put into a status. */
export interface Facts {
  readonly members: readonly MemberFacts[];
  /** Keys of the authentication Secret that are still to be made; undefined if there is no such Secret. */
  readonly missingKeys?: readonly string[];
  readonly administratorPassword?: string;
}
