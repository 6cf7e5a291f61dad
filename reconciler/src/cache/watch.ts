import type { Stored } from '../object.js';

/** Where a reflector is. */
export type State =
  /** Reads the list page by page: `token` is where the next page starts, `listed` the uids on the former ones. */
  | { readonly at: 'listing'; readonly token?: string; readonly listed: readonly string[]; readonly failures: number }
  /**
   * Has everything up to `version`. `failures` counts the attempts in a row that brought nothing, `quiet` the watches
   * that lasted and brought nothing either.
   */
  | { readonly at: 'watching'; readonly version: string; readonly failures: number; readonly quiet?: number };

/** What the API server answered, or did not. */
export type Answer =
  | { readonly is: 'page'; readonly items: readonly Stored[]; readonly token?: string; readonly version: string }
  | { readonly is: 'event'; readonly event: WatchEvent }
  /** The stream ended in order; `lasted` says that it had been there for a while. */
  | { readonly is: 'closed'; readonly lasted?: boolean }
  /** The connection broke, was silent for too long, or brought something that is no event. */
  | { readonly is: 'broken'; readonly lasted?: boolean }
  | { readonly is: 'refused'; readonly status: number; readonly retryAfter?: number }
  /** Objects come without fields, since the definition lacks them. */
  | { readonly is: 'lacking' };

export interface WatchEvent {
  readonly type: string;
  readonly object: Stored;
}

/** What the cache should do. */
export type Delivery =
  /** A page of a list. The last one comes with the uids of all that there is. */
  | {
      readonly do: 'take';
      readonly items: readonly Stored[];
      readonly version: string;
      readonly listed?: readonly string[];
    }
  | { readonly do: 'put' | 'remove'; readonly object: Stored }
  | { readonly do: 'advance'; readonly version: string };

/** How long to wait before the next request; undefined says to read on. */
export type Pause =
  | { readonly for: 'nothing' }
  /** Grows with `failures`, and is at least `atLeast` milliseconds. */
  | { readonly for: 'backoff'; readonly failures: number; readonly atLeast: number }
  /** The kind is not served, or not as declared: its definition may come at any time. */
  | { readonly for: 'definition'; readonly failures: number };

export interface Step {
  readonly state: State;
  readonly deliver?: Delivery;
  readonly pause?: Pause;
}

export const start: State = { at: 'listing', listed: [], failures: 0 };

/**
 * A resource version from before a restored backup may never come: after so many failures in a row the list is read
 * again.
 */
const failuresUntilList = 5;

/** The whole of list and watch: what to do next, given where we are and what was answered. */
export function step(state: State, answer: Answer): Step {
  switch (answer.is) {
    case 'page':
      return page(state, answer);
    case 'event':
      return event(state, answer.event);
    case 'closed':
      if (answer.lasted) return ended(state);
      // A watch that ends before it brought anything is a failure: it must not be repeated without a pause.
      return state.failures > 0 ? failed(state) : { state: { ...state, failures: 1 }, pause: { for: 'nothing' } };
    case 'broken':
      return answer.lasted ? ended(state) : failed(state);
    case 'refused':
      return refused(state, answer.status, answer.retryAfter);
    case 'lacking':
      return lacking(state);
  }
}

function page(state: State, { items, token, version }: Extract<Answer, { is: 'page' }>): Step {
  const uids = items.map(({ metadata }) => metadata.uid);
  const listed = state.at === 'listing' ? [...state.listed, ...uids] : uids;
  const { failures } = state;
  const deliver = { do: 'take', items, version } as const;
  if (token) return { state: { at: 'listing', token, listed, failures }, deliver, pause: { for: 'nothing' } };
  return {
    // Only an event shows that the watch works too: a list that succeeds before every watch that fails must not reset
    // the pause.
    state: { at: 'watching', version, failures },
    deliver: { ...deliver, listed },
    pause: { for: 'nothing' },
  };
}

function event(state: State, { type, object }: WatchEvent): Step {
  if (type === 'ERROR') return refused(state, (object as { readonly code?: number }).code ?? 500);
  const version = object.metadata?.resourceVersion;
  if (!version) return failed(state);
  const next: State = { at: 'watching', version, failures: 0 };
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { state: next, deliver: { do: 'put', object } };
    case 'DELETED':
      return { state: next, deliver: { do: 'remove', object } };
    case 'BOOKMARK':
      return { state: next, deliver: { do: 'advance', version } };
    default:
      return failed(state);
  }
}

/**
 * A watch that lasted shows that watches work: what ends it, such as a load balancer that sees no byte for a minute,
 * would otherwise make each pause longer than the one before.
 */
function ended(state: State): Step {
  if (state.at === 'listing') return failed(state);
  const quiet = (state.quiet ?? 0) + 1;
  return {
    state: quiet > failuresUntilList ? start : { ...state, failures: 0, quiet },
    pause: { for: 'nothing' },
  };
}

function refused(state: State, status: number, retryAfter = 0): Step {
  // 410: the version, or the page, is no longer kept.
  if (status === 410) return { state: { ...start, failures: state.failures + 1 }, pause: pauseAfter(state.failures) };
  if (status === 404) {
    const failures = state.failures + 1;
    return { state: { ...state, failures }, pause: { for: 'definition', failures } };
  }
  return failed(state, retryAfter);
}

function failed(state: State, atLeast = 0): Step {
  const failures = state.failures + 1;
  const lost = state.at === 'watching' && failures > failuresUntilList;
  return {
    state: lost ? { ...start, failures } : { ...state, failures },
    pause: { for: 'backoff', failures, atLeast },
  };
}

/** The same versions come with all fields once the definition is right: only a list shows them. */
function lacking(state: State): Step {
  const failures = state.failures + 1;
  return { state: { ...start, failures }, pause: { for: 'definition', failures } };
}

/** The first time at once: a version that expired while we were away is the normal case. */
function pauseAfter(failures: number): Pause {
  return failures === 0 ? { for: 'nothing' } : { for: 'backoff', failures, atLeast: 0 };
}
