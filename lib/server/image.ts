/** The parts of an image reference, as written: nothing is filled in. */
export interface Image {
  /** Such as `harbor.cloud.io` or `localhost:5000`; absent for Docker Hub's short names. */
  readonly registry?: string;
  /** Such as `nacos/nacos-server`. */
  readonly repository: string;
  readonly tag?: string;
  /** Such as `sha256:…`. */
  readonly digest?: string;
}

/**
 * Splits an image reference. The first component is a registry if it has a dot or a port, or is `localhost`
 * (github.com/distribution/reference, normalize.go).
 */
export function parseImage(reference: string): Image {
  const [named = '', digest] = reference.split('@', 2);
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  const registry = first === 'localhost' || /[.:]/.test(first) ? first : undefined;
  const path = registry === undefined ? named : named.slice(slash + 1);
  const colon = path.lastIndexOf(':');
  const [repository, tag] =
    colon > path.lastIndexOf('/') ? [path.slice(0, colon), path.slice(colon + 1)] : [path, undefined];
  return { registry, repository, tag, digest };
}
