/** A manifest as YAML, for the eyes: plain data without anchors, every doubtful text in quotes. */
export function yaml(value: unknown, indent = ''): string {
  if (Array.isArray(value))
    return value.map((item) => `${indent}- ${yaml(item, `${indent}  `).trimStart()}`).join('') || `${indent}[]\n`;
  if (typeof value !== 'object' || value === null) return `${indent}${scalar(value)}\n`;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  if (entries.length === 0) return `${indent}{}\n`;
  return entries
    .map(([key, inner]) =>
      isEmpty(inner) ? `${indent}${key}: ${Array.isArray(inner) ? '[]' : '{}'}\n` : entry(key, inner, indent),
    )
    .join('');
}

function entry(key: string, value: unknown, indent: string): string {
  if (typeof value === 'object' && value !== null) return `${indent}${key}:\n${yaml(value, `${indent}  `)}`;
  return `${indent}${key}: ${scalar(value)}\n`;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function scalar(value: unknown): string {
  const plain =
    typeof value !== 'string' ||
    (/^[A-Za-z][\w./-]*(:[\w./-]+)*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value));
  return plain ? String(value) : JSON.stringify(value);
}
