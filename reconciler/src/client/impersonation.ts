/** The user, groups and extra fields to act as, from a kubeconfig. */
interface Impersonated {
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
}

/** Headers that ask the API server to take the request for another user's (client-go transport/round_trippers.go). */
export function impersonation(user: Impersonated): Record<string, string | string[]> {
  if (!user.as) return {};
  const extra = Object.entries(user['as-user-extra'] ?? {}).map(
    ([key, values]) => [`impersonate-extra-${escapedKey(key)}`, values.map(bytes)] as const,
  );
  return {
    'impersonate-user': bytes(user.as),
    ...(user['as-uid'] && { 'impersonate-uid': bytes(user['as-uid']) }),
    ...(user['as-groups']?.length && { 'impersonate-group': user['as-groups'].map(bytes) }),
    ...Object.fromEntries(extra),
  };
}

/** Node writes each character of a header as one byte; the API server reads UTF-8. */
function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What the name of a header may not have is written in percent, and percent itself. */
function escapedKey(key: string): string {
  const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return bytes(key).replace(/[^!#$&'*+\-.^_`|~0-9A-Za-z]/g, escaped);
}
