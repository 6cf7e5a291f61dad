/** Whether `a` is a later version than `b`. Versions of one resource are decimal numbers that only grow (KEP-5504). */
export function isNewer(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
