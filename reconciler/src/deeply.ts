/** A function over JSON that calls itself by `yield` in place of a call. */
export type Deep<T> = Generator<Deep<T>, T, T>;

/**
 * Runs such a function without the stack, which ends before what the API server takes does (10,000 levels,
 * encoding/json).
 */
export function deeply<T>(start: Deep<T>): T {
  const open = [start];
  let result: T | undefined;
  for (let call = open.at(-1); call; call = open.at(-1)) {
    const step = call.next(result as T);
    if (step.done) open.pop();
    else open.push(step.value);
    result = step.done ? step.value : undefined;
  }
  return result as T;
}
