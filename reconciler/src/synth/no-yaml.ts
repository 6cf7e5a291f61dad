// What `bundle` puts in place of the library `yaml` where only cdk8s asks for it.

/** @throws Error always */
export function parseAllDocuments(): never {
  throw missing();
}

/** @throws Error always */
export function stringify(): never {
  throw missing();
}

function missing(): Error {
  return new Error(
    "an operator's bundle has no YAML library, which Yaml, Include and Helm of cdk8s need: import yaml in the operator itself to have it",
  );
}
