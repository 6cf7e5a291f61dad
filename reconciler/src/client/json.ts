/*
 * JSON with every integer as it is: one beyond 2^53, which a JavaScript number would round, is a BigInt. It can be carried from object to
 * object; to calculate with it beside numbers is an error of JavaScript, never another value.
 */

/** So many digits in a row, which may also be part of a string: then a second look at the text does no harm. */
const longNumber = /[\d]{16}/;
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
/** No text of JSON has this character as it is. */
const mark = '\u0000';

/** @throws SyntaxError where the text is no JSON */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  const marked = text.replace(stringOrNumber, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"\\u0000${token}"` : token,
  );
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(1)) : value,
  );
}

export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    const text = JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? mark + field : field));
    return text.replace(/"\\u0000(-?\d+)"/g, '$1');
  }
}
