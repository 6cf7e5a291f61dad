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
 * The image as a private registry serves it: `quay.io/a/b:1` and `a/b:1` become `<registry>/a/b:1`, `nginx` becomes
 * `<registry>/library/nginx`. An image that is below `registry` already is returned unchanged, so the function may be
 * applied twice.
 *
 * @param image reference such as `nginx`, `quay.io/coreos/etcd:v3.5.0` or `node@sha256:…`
 * @param registry host with an optional port and path, such as `harbor.example.com/mirror`. @default the image as it is
 */
export function inRegistry(image: string, registry?: string): string {
  const prefix = registry?.replace(/\/+$/, '');
  if (!prefix || image.startsWith(`${prefix}/`)) return image;
  const from = parseImage(image).registry;
  const path = from === undefined ? image : image.slice(from.length + 1);
  // An image without any other component is Docker's own, kept below `library/`, also by mirrors (the same file).
  return `${prefix}/${path.includes('/') || from !== undefined ? path : `library/${path}`}`;
}
