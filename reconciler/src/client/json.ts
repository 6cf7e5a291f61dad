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
  const start: string = JSON.parse(`"${mark}"`);
  const root = { value: JSON.parse(marked) };
  // Not by a reviver: that is recursion.
  for (const inside of objectsIn(root)) {
    for (const [name, value] of Object.entries(inside)) {
      if (typeof value !== 'string' || !value.startsWith(start)) continue;
      // Also where the name is `__proto__`.
      Object.defineProperty(inside, name, { value: BigInt(value.slice(start.length)) });
    }
  }
  return root.value;
}

/**
 * Every object and list in JSON, the outer ones first: each may be changed before the next is asked for. Not by
 * recursion: the API server takes what is nested deeper than the stack is.
 */
export function* objectsIn(value: unknown): Iterable<Record<string, unknown>> {
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    yield next as Record<string, unknown>;
    for (const inner of Object.values(next)) left.push(inner);
  }
}

/**
 * As JSON.stringify, however deep.
 *
 * @throws TypeError where a value is inside itself
 */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return write(value);
  }
}

/** Text, a value that is not yet written, or the end of what is inside of one. */
type Part = string | { readonly value: unknown } | { readonly end: object };

function write(value: unknown): string {
  const written: string[] = [];
  const open = new Set<object>();
  const left: Part[] = [{ value: asGiven(value, '') }];
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (typeof part === 'string') written.push(part);
    else if ('end' in part) open.delete(part.end);
    else if (typeof part.value !== 'object' || part.value === null) written.push(scalar(part.value));
    else {
      if (open.has(part.value)) throw new TypeError('a value is inside itself, which no JSON can say');
      open.add(part.value);
      left.push({ end: part.value });
      const inside = partsOf(part.value);
      for (let next = inside.pop(); next !== undefined; next = inside.pop()) left.push(next);
    }
  }
  return written.join('');
}

function partsOf(value: object): Part[] {
  const isList = Array.isArray(value);
  const fields = Object.entries(isList ? [...value] : value)
    .map(([name, field]) => [name, asGiven(field, name)] as const)
    .filter(([, field]) => isList || !isNothing(field));
  const inside = fields.flatMap(([name, value], i): Part[] => [
    `${i > 0 ? ',' : ''}${isList ? '' : `${JSON.stringify(name)}:`}`,
    { value },
  ]);
  return isList ? ['[', ...inside, ']'] : ['{', ...inside, '}'];
}

function asGiven(value: unknown, name: string): unknown {
  const { toJSON } = Object(value);
  return typeof toJSON === 'function' ? toJSON.call(value, name) : value;
}

function scalar(value: unknown): string {
  if (isNothing(value)) return 'null';
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

function isNothing(value: unknown): boolean {
  return ['undefined', 'function', 'symbol'].includes(typeof value);
}

/** As JSON writes it, so that it may also start a string in there. */
function markNotIn(text: string): string {
  let mark = '\\u0000';
  while (text.includes(mark)) mark += '\\u0000';
  return mark;
}
