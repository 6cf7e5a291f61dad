/*
 * JSON with every integer as it is: one beyond 2^53, which a JavaScript number would round, is a BigInt. It can be
 * carried from object to object; to calculate with it beside numbers is an error of JavaScript, never another value.
 */

/** So many digits in a row may also be part of a text, or of a number that fits: a second look finds out. */
const longNumber = /\d{16}/;
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/** @throws SyntaxError where the text is no JSON */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  const mark = markNotIn(text);
  const marked = text.replace(stringOrNumber, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
  );
  const start = JSON.parse(`"${mark}"`);
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith(start) ? BigInt(value.slice(start.length)) : value,
  );
}

export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    const mark = markNotIn(JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? 0 : field)));
    const start = JSON.parse(`"${mark}"`);
    const text = JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? start + field : field));
    return text.split(`"${mark}`).reduce((done, part) => done + part.replace('"', ''));
  }
}

/** As JSON writes it, so that it may also start a string in there. */
function markNotIn(text: string): string {
  let mark = '\\u0000';
  while (text.includes(mark)) mark += '\\u0000';
  return mark;
}
