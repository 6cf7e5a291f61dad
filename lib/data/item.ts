import { createHash } from 'node:crypto';

/** What a Nacos holds, in the order in which it is written: each after those that it needs. */
export const kinds = ['namespace', 'user', 'role', 'permission', 'configuration', 'service'] as const;

export type Kind = (typeof kinds)[number];

export interface NamespaceItem {
  readonly kind: 'namespace';
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

/** Without a password: the API hands out none. */
export interface UserItem {
  readonly kind: 'user';
  readonly username: string;
}

export interface RoleItem {
  readonly kind: 'role';
  readonly role: string;
  readonly username: string;
}

export interface PermissionItem {
  readonly kind: 'permission';
  readonly role: string;
  /** Such as `dev:*:*`; the namespace that has no ID in 2.x is `public`. */
  readonly resource: string;
  /** `r`, `w` or `rw`. */
  readonly action: string;
}

export interface ConfigurationItem {
  readonly kind: 'configuration';
  readonly namespace: string;
  readonly group: string;
  readonly dataId: string;
  readonly content: string;
  /** Of the content, in UTF-8. */
  readonly md5: string;
  readonly type: string;
  readonly description?: string;
  /** Sorted, with commas. */
  readonly tags?: string;
  readonly application?: string;
  /** Of contents that the server stores encrypted and hands out so. */
  readonly encryptedDataKey?: string;
  readonly author?: string;
  /** A release for some clients only, by their addresses. */
  readonly beta?: { readonly content: string; readonly md5: string; readonly addresses: string };
}

export interface ServiceItem {
  readonly kind: 'service';
  readonly namespace: string;
  readonly group: string;
  readonly name: string;
  /** Whether its instances are registered by clients only, and go with them. */
  readonly ephemeral: boolean;
  readonly protectThreshold: number;
  readonly metadata: Metadata;
  readonly selector: { readonly type: string; readonly expression?: string };
  readonly clusters: readonly ServiceCluster[];
  /** The persistent ones. */
  readonly instances: readonly ServiceInstance[];
}

export interface ServiceCluster {
  readonly name: string;
  /** Its `type` is TCP, HTTP, MYSQL or NONE. */
  readonly healthChecker: Readonly<Record<string, unknown>>;
  readonly checkPort: number;
  readonly useInstancePort: boolean;
  readonly metadata: Metadata;
}

export interface ServiceInstance {
  readonly cluster: string;
  readonly ip: string;
  readonly port: number;
  readonly weight: number;
  readonly enabled: boolean;
  readonly metadata: Metadata;
}

export type Metadata = Readonly<Record<string, string>>;

export type Item = NamespaceItem | UserItem | RoleItem | PermissionItem | ConfigurationItem | ServiceItem;

/** What messages and indexes call an item; no two items of a server have the same. */
export function nameOf(item: Item): string {
  switch (item.kind) {
    case 'namespace':
      return named('namespace', item.id);
    case 'user':
      return named('user', item.username);
    case 'role':
      return named('role', item.role, item.username);
    case 'permission':
      return named('permission', item.role, item.resource, item.action);
    case 'configuration':
      return configurationName(item);
    case 'service':
      return named('service', item.namespace, item.group, item.name);
  }
}

export function configurationName(id: Pick<ConfigurationItem, 'namespace' | 'group' | 'dataId'>): string {
  return named('configuration', id.namespace, id.group, id.dataId);
}

function named(kind: Kind, ...parts: readonly string[]): string {
  return `${kind} ${parts.map((part) => part.replace(/[%/]/g, encodeURIComponent)).join('/')}`;
}

/** What a name was made of. */
export function partsOf(name: string): string[] {
  return name
    .slice(name.indexOf(' ') + 1)
    .split('/')
    .map((part) => part.replaceAll('%2F', '/').replaceAll('%25', '%'));
}

export function kindOf(name: string): Kind {
  return name.slice(0, name.indexOf(' ')) as Kind;
}

/** Kinds in their order, names by code points. */
export function inOrder(one: string, other: string): number {
  const byKind = kinds.indexOf(kindOf(one)) - kinds.indexOf(kindOf(other));
  return byKind || (one < other ? -1 : one > other ? 1 : 0);
}

export function md5(content: string): string {
  return createHash('md5').update(content).digest('hex');
}

/** Fields as `kind.field`, which an old or a new Nacos does not have. */
export type Unknown = readonly string[];

/**
 * A digest by which items of two servers are compared. Authors are not part of it, since a server with authentication
 * notes who is logged in.
 */
export function digestOf(item: Item, unknown: Unknown): string {
  const ignored = [...unknown, 'configuration.author'];
  const fields = Object.entries(item).filter(([field]) => !ignored.includes(`${item.kind}.${field}`));
  return createHash('sha256')
    .update(JSON.stringify(canonical(Object.fromEntries(fields))))
    .digest('base64');
}

/** Fields in which two items of one name differ. */
export function differing(one: Item, other: Item, unknown: Unknown): string[] {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  const text = (item: Item, field: string) => JSON.stringify(canonical(Object(item)[field]));
  return [...fields].filter(
    (field) =>
      field !== 'md5' &&
      ![...unknown, 'configuration.author'].includes(`${one.kind}.${field}`) &&
      text(one, field) !== text(other, field),
  );
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    fields.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]),
  );
}
