/**
 * The image as a private registry serves it: `quay.io/a/b:1` and `a/b:1` become `<registry>/a/b:1`, `nginx` becomes
 * `<registry>/library/nginx`. An image that is below `registry` already is returned unchanged, so the function may be applied twice.
 *
 * @param image reference such as `nginx`, `quay.io/coreos/etcd:v3.5.0` or `node@sha256:…`
 * @param registry host with an optional port and path, such as `harbor.example.com/mirror`. @default the image as it is
 */
export function inRegistry(image: string, registry?: string): string {
  const prefix = registry?.replace(/\/+$/, '');
  if (!prefix || image.startsWith(`${prefix}/`)) return image;
  return `${prefix}/${withoutRegistry(image)}`;
}

/**
 * The first component is a registry if it has a dot or a port, or is `localhost`; an image without any other component is Docker's
 * own, kept below `library/`, also by mirrors (github.com/distribution/reference, normalize.go).
 */
function withoutRegistry(image: string): string {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  if (first === 'localhost' || /[.:]/.test(first)) return image.slice(slash + 1);
  return slash < 0 ? `library/${image}` : image;
}
