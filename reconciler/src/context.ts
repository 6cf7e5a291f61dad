import type { ClusterReader, ClusterWriter } from './cluster.js';

/** What `observe` gets. */
export interface ObserveContext extends ClusterReader {
  /**
   * Aborted when the process stops or the reconciliation takes too long (60 s). A process that stops waits for `act`
   * and `finalize`, 25 s at most, and lets them write what they did: end early.
   */
  readonly signal: AbortSignal;
  /**
   * The JSON that a server outside Kubernetes answers, such as a member's own API: to GET, or with a `body` to POST.
   * Undefined where it answers 404. Another answer that is not OK is an error with its words, and so is none within 5
   * s.
   */
  fetchJson<T>(url: string, body?: object): Promise<T | undefined>;
}

/** What `act` and `finalize` get. */
export interface ActContext extends ObserveContext, ClusterWriter {}
