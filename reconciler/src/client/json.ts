/*
 * JSON with every integer as it is: one beyond 2^53, which a JavaScript number would round, is a BigInt. It can be
 * carried from object to object; to calculate with it beside numbers is an error of JavaScript, never another value.
 */

/** Most texts have no so many digits in a row. */
const longNumber = /\d{16}/;
/** An integer that may not fit into a number, or what looks like one inside of a text. */
const longInteger = /(?<=^|[[:,\s])-?\d{16,}(?![\d.eE])/g;

/** @throws SyntaxError where the text is no JSON */
export function parseJson(text: string): unknown {
  const found = longNumber.test(text) ? unsafeIntegersIn(text) : [];
  if (found.length === 0) return JSON.parse(text);
  const mark = markNotIn(text);
  const start: string = JSON.parse(`"${mark}"`);
  const root = { value: JSON.parse(withMarks(text, found, mark)) };
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

/** The first character of a part of a text, and the one behind it. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** One look at each string in front of the last candidate: a page of a list is long, and parsed in one go. */
function unsafeIntegersIn(json: string): Part[] {
  const found: Part[] = [];
  let opens = json.indexOf('"');
  let closed = 0;
  for (const { 0: digits, index } of json.matchAll(longInteger)) {
    for (; opens >= 0 && opens < index; opens = json.indexOf('"', closed)) closed = behindString(json, opens);
    if (closed <= index && !Number.isSafeInteger(Number(digits)))
      found.push({ from: index, to: index + digits.length });
  }
  return found;
}

function behindString(json: string, opens: number): number {
  for (let quote = json.indexOf('"', opens + 1); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (json[before] === '\\') before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return json.length;
}

/** Each of the integers as a string that begins with the mark. */
function withMarks(json: string, integers: readonly Part[], mark: string): string {
  const parts = integers.map(({ from, to }, i) => {
    return `${json.slice(integers[i - 1]?.to ?? 0, from)}"${mark}${json.slice(from, to)}"`;
  });
  return parts.join('') + json.slice(integers.at(-1)?.to);
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
type Piece = string | { readonly value: unknown } | { readonly end: object };

function write(value: unknown): string {
  const written: string[] = [];
  const open = new Set<object>();
  const left: Piece[] = [{ value: asGiven(value, '') }];
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

function partsOf(value: object): Piece[] {
  const isList = Array.isArray(value);
  const fields = Object.entries(isList ? [...value] : value)
    .map(([name, field]) => [name, asGiven(field, name)] as const)
    .filter(([, field]) => isList || !isNothing(field));
  const inside = fields.flatMap(([name, value], i): Piece[] => [
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
