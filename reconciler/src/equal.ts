/**
 * Whether two JSON values say the same. A key that is undefined is as good as absent. Not by recursion: the API server
 * takes objects that are nested deeper than the stack is.
 */
export function equal(a: unknown, b: unknown): boolean {
  const left: unknown[] = [a, b];
  while (left.length > 0) {
    const [other, one] = [left.pop(), left.pop()];
    if (one === other) continue;
    if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
    if (!compareInside(one as Fields, other as Fields, left)) return false;
  }
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

/** Adds the pairs that are still to be compared; false where these need not be. */
function compareInside(one: Fields, other: Fields, left: unknown[]): boolean {
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    for (const [i, item] of one.entries()) left.push(item, other[i]);
    return true;
  }
  for (const key in one) {
    const [value, counterpart] = [one[key], other[key]];
    if (value === counterpart) continue;
    if (typeof value !== 'object' || !Object.hasOwn(other, key)) return false;
    left.push(value, counterpart);
  }
  // Every object inherits something under names such as `constructor`, which a map may have as a key.
  for (const key in other)
    if (other[key] !== undefined && (one[key] === undefined || !Object.hasOwn(one, key))) return false;
  return true;
}
