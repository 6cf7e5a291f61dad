/**
 * A user's text as the literal value of a variable, or as a word of a command or its arguments. The kubelet reads
 * references in those (`$(NAME)`, `$$`) and breaks any character beyond ASCII that follows a single `$` (kubernetes:
 * third_party/forked/golang/expansion). Fields that are Kubernetes' own, such as `spec.env`, keep this meaning and are
 * not passed through here.
 */
export function asWritten(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** A literal as the kubelet hands it on: references to unknown variables stay as they are. */
export function expanded(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name?: string) =>
    name === undefined ? '$' : (variables.get(name) ?? whole),
  );
}
