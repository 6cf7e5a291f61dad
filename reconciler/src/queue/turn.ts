/** Milliseconds of work after which timers and connections have their turn. */
const slice = 10;

/** Until when the one that works may go on; undefined while nothing works. */
let until: number | undefined;
const waiting: (() => void)[] = [];

/**
 * To be awaited between two pieces of work: undefined as long as the slice of time lasts, else a promise for a slice in
 * a later turn of the event loop. In each turn one goes on, in the order in which they came: what takes long delays the
 * others by a slice.
 */
export function turn(): Promise<void> | undefined {
  if (until === undefined) begin();
  else if (waiting.length > 0 || performance.now() > until) return new Promise((resolve) => waiting.push(resolve));
  return undefined;
}

/** The same for what must not go on now, as something has just taken long: a promise in any case. */
export function laterTurn(): Promise<void> {
  if (until === undefined) begin();
  return new Promise((resolve) => waiting.push(resolve));
}

/** All of what is found, with turns of others in between. */
export async function inTurns<T>(found: Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  for (const one of found) {
    all.push(one);
    await turn();
  }
  return all;
}

function begin(): void {
  until = performance.now() + slice;
  setImmediate(end);
}

/** Everything due had its turn. */
function end(): void {
  until = undefined;
  const next = waiting.shift();
  if (!next) return;
  begin();
  next();
}
