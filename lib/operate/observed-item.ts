import type { InitialData } from '../resource/initial-data.js';
import type { ConfigurationId, Namespace, Permission } from '../server/data-lines.js';

type DeclaredConfiguration = NonNullable<InitialData['configurations']>[number];

interface NamespaceItem {
  readonly kind: 'namespace';
  readonly namespace: Namespace;
}

interface UserItem {
  readonly kind: 'user';
  readonly username: string;
  readonly password: { readonly name: string; readonly key: string };
}

interface RoleItem {
  readonly kind: 'role';
  readonly role: string;
  readonly username: string;
}

interface PermissionItem {
  readonly kind: 'permission';
  readonly permission: Permission;
}

export interface ConfigurationItem {
  readonly kind: 'configuration';
  readonly configuration: ConfigurationId & { readonly type: string };
  readonly content: Pick<DeclaredConfiguration, 'content' | 'contentFrom'>;
}

/** An item of initial data that there should be on the servers. */
export type Item = {
  /** Such as `configuration dev/DEFAULT_GROUP/shop.yaml`. */
  readonly name: string;
  /** Whether what people changed is put back. */
  readonly overwrite: boolean;
} & (NamespaceItem | UserItem | RoleItem | PermissionItem | ConfigurationItem);

/** An item, and what is there of it. Holds no content and no password. */
export interface ObservedItem {
  readonly item: Item;
  readonly there: 'absent' | 'same' | 'different';
  /** Hash of the desired content; absent where that is a secret, which a hash would help to guess. */
  readonly wanted?: string;
  /** Hash of the content that is there; absent as above. */
  readonly found?: string;
  /** What is missing of its source, and what to do about it. */
  readonly missing?: string;
}
