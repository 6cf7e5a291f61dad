/** Causes of causes may go in a circle. */
const mostCauses = 5;

/**
 * What an error and its causes say, on one line: `fetch failed: connect ECONNREFUSED 10.0.0.1:80`. Of whatever was
 * thrown, which may have no words, or fail again when asked for them.
 */
export function wordsOf(error: unknown): string {
  try {
    const said: string[] = [];
    for (const one of withCauses(error)) {
      const words = ownWords(one);
      // Many errors repeat what their cause says.
      if (!said.some((before) => before.includes(words))) said.push(words);
    }
    return said.join(': ');
  } catch {
    return 'an error without words';
  }
}

function withCauses(error: unknown): unknown[] {
  const all = [error];
  for (let next = causeOf(error); next !== undefined && all.length <= mostCauses; next = causeOf(next)) all.push(next);
  return all;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function ownWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message) return String(error.message);
  // Of a host with several addresses, none of which answers, it has no text itself (Node: net, autoSelectFamily).
  const parts: unknown[] = error instanceof AggregateError ? error.errors.slice(0, mostCauses) : [];
  return parts.map((part) => (part instanceof Error ? part.message : String(part))).join(', ') || error.name;
}
