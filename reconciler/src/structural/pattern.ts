/**
 * Letters that Go knows after a backslash, and those that it knows inside of brackets too
 * (https://github.com/google/re2/wiki/Syntax).
 */
const escapes = /[afnrtvxdDsSwWpP]/;
const escapesOutside = /[AbBCQEz]/;
const quantifier = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/;

/**
 * Why the API server refuses a pattern, or undefined. It is Go's kind of regular expression (RE2), which knows neither
 * what looks around nor what looks back.
 */
export function patternProblem(pattern: string): string | undefined {
  let depth = 0;
  /** Whether there is something that a quantifier may repeat. */
  let atom = false;
  for (let rest = pattern; rest; ) {
    const piece = pieceOf(rest);
    if (piece.problem) return piece.problem;
    if (piece.repeats && !atom) return `has nothing to repeat before ${rest.slice(0, piece.length)}`;
    depth += piece.opens ?? 0;
    if (depth < 0) return 'has a ) too many';
    atom = piece.atom ?? false;
    rest = rest.slice(piece.length);
  }
  return depth > 0 ? 'lacks a )' : undefined;
}

interface Piece {
  readonly length: number;
  readonly problem?: string;
  readonly atom?: boolean;
  readonly repeats?: boolean;
  /** Groups that it begins or, below 0, ends. */
  readonly opens?: number;
}

function pieceOf(rest: string): Piece {
  const quantified = quantifier.exec(rest);
  if (quantified) return { length: quantified[0].length, repeats: true, problem: countProblem(quantified) };
  switch (rest[0]) {
    case '\\':
      return { length: escapeLength(rest), problem: escapeProblem(rest, false), atom: true };
    case '[': {
      const length = bracketLength(rest);
      if (length === undefined) return { length: 1, problem: 'lacks a ]' };
      return { length, problem: bracketProblem(rest.slice(1, length - 1)), atom: true };
    }
    case '(':
      return groupOf(rest);
    case ')':
      return { length: 1, opens: -1, atom: true };
    default:
      return { length: String.fromCodePoint(rest.codePointAt(0)!).length, atom: rest[0] !== '|' };
  }
}

function countProblem([text, low = '0', comma, high]: RegExpExecArray): string | undefined {
  if (Math.max(Number(low), Number(high || 0)) > 1000) return `repeats more than 1000 times: ${text}`;
  return comma && high && Number(high) < Number(low) ? `has a wrong count: ${text}` : undefined;
}

function groupOf(rest: string): Piece {
  const group = /^\((?:(?!\?)|\?(?:P?<[A-Za-z_][A-Za-z0-9_]*>|[imsU]*(?:-[imsU]+)?[:)]))/.exec(rest)?.[0];
  if (group) return { length: group.length, opens: group.endsWith(')') ? 0 : 1 };
  const start = /^\(\?<?./su.exec(rest)?.[0] ?? rest;
  return { length: 1, problem: `has ${start}, which Go does not know: a pattern looks neither ahead nor back` };
}

function escapeProblem(text: string, inBrackets: boolean): string | undefined {
  const character = text[1];
  if (character === undefined) return 'ends with a backslash';
  if (/[1-9]/.test(character) && !/^\\[1-7][0-7]/.test(text))
    return `has ${text.slice(0, 2)}: Go does not look back at a group`;
  if (/^\\[pP]/.test(text) && !(/^\\[pP](?:[A-Z]|\{\^?[A-Za-z_]+\})/.test(text) && isKnownClass(text))) {
    return `has ${/^\\.(?:\{[^}]*\}?|.)?/u.exec(text)?.[0]}, which Go does not know`;
  }
  if (/^\\x/.test(text) && !/^\\x(?:[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]{1,6}\})/.test(text)) return `has ${text.slice(0, 4)}`;
  const isLetter = /[A-Za-z]/.test(character);
  if (isLetter && !escapes.test(character) && (inBrackets || !escapesOutside.test(character))) {
    return `has ${text.slice(0, 2)}, which Go does not know${character === 'u' ? ': write \\x{…}' : ''}`;
  }
  return character > '\u007f' ? `has a backslash before ${character}` : undefined;
}

function escapeLength(text: string): number {
  return /^\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|Q(?:(?!\\E).)*(?:\\E)?|[pP]?.)/su.exec(text)?.[0].length ?? 2;
}

/** Of `[…]` with its brackets. The first of its characters may be a `]`. */
function bracketLength(text: string): number | undefined {
  return /^\[\^?(?:\]|\[:\^?[a-z]+:\]|\\.|[^\\])(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\]/su.exec(text)?.[0].length;
}

function bracketProblem(content: string): string | undefined {
  const members = content.replace(/^\^/, '').match(/\[:\^?[a-z]+:\]|\\[pPx]\{[^}]*\}|\\x..|\\[pP]?.|./gsu) ?? [];
  for (let at = 0; at < members.length; at++) {
    const member = members[at]!;
    const problem = member.startsWith('\\') ? escapeProblem(member, true) : undefined;
    if (problem) return problem;
    const to = members[at + 2];
    if (isSet(member) || members[at + 1] !== '-' || to === undefined) continue;
    const isWrong = isSet(to) || (![member, to].some((end) => end.startsWith('\\')) && member > to);
    if (isWrong) return `has the range ${member}-${to}`;
    at += 2;
  }
  return undefined;
}

/** Of several characters, such as `\d`. */
function isSet(member: string): boolean {
  return /^(?:\[:|\\[dDsSwWpP])/.test(member);
}

/** Go knows scripts and categories by their names alone. */
function isKnownClass(text: string): boolean {
  const [, name = ''] = /^\\[pP](?:\{\^?)?([A-Za-z_]+)/.exec(text) ?? [];
  return [`\\p{Script=${name}}`, `\\p{gc=${name}}`, name === 'Any' ? 'a' : '('].some((pattern) => {
    try {
      return new RegExp(pattern, 'u') !== undefined;
    } catch {
      return false;
    }
  });
}
