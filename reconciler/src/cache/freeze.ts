/**
 * Freezes JSON deeply, so that no caller can change what others read: an attempt throws in strict code. Not by
 * recursion: the API server takes objects that are nested deeper than the stack is.
 */
export function freeze<T>(value: T): T {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) left.push(inner);
  }
  return value;
}
