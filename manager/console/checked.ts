import { useEffect, useState } from 'preact/hooks';
import { Failure } from './api.js';

/** Result of a check by the API server. */
export interface Checked<T> {
  /** Absent while something is wrong, or not yet known. */
  readonly answer?: T;
  readonly failure?: Error;
}

/** Milliseconds without a key press before the API server is asked. */
const pause = 300;

/** Asks whenever `input` has come to rest. */
export function useChecked<T>(input: string, ask: (signal: AbortSignal) => Promise<T>): Checked<T> {
  const [checked, setChecked] = useState<Checked<T>>({});
  // The input says all that `ask` depends on.
  useEffect(() => {
    const control = new AbortController();
    const timer = setTimeout(() => {
      ask(control.signal).then(
        (answer) => setChecked({ answer }),
        (failure: Error) => control.signal.aborted || setChecked({ failure }),
      );
    }, pause);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [input]);
  return checked;
}

/** What is wrong, by JSON pointer without `#`. */
export type Errors = Readonly<Record<string, string>>;

/** What the API server says of single fields. */
export function fieldErrors(failure: Error | undefined): Errors {
  const errors = failure instanceof Failure ? failure.errors : [];
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer.slice(1), detail]));
}
