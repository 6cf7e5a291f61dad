/** A value as text that is the same for the same value, in whatever order its fields come. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? '';
}

/** The same of a pod template, whether the API server or a ControllerRevision has it. */
export function templateText(template: unknown): string {
  const text = JSON.stringify(sorted(template), (name, field) =>
    field === null || name === '$patch' ? undefined : field,
  );
  return text ?? '';
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}
