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

/**
 * The same image in another registry, for networks that reach no other: `nginx` → `harbor.cloud.io/library/nginx`,
 * `a/b` and `quay.io/a/b` → `harbor.cloud.io/a/b`. Tags and digests stay; what is there already stays as it is.
 *
 * @param prefix a registry, with or without a path, such as `harbor.cloud.io/mirror`; empty for no change
 */
export function inRegistry(reference: string, prefix: string | undefined): string {
  if (!prefix || reference.startsWith(`${prefix}/`)) return reference;
  const { registry, repository, tag, digest } = parseImage(reference);
  // Docker Hub's own images are in its project `library`; that is where mirrors keep them too.
  const project = registry === undefined && !repository.includes('/') ? 'library/' : '';
  return `${prefix}/${project}${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}
