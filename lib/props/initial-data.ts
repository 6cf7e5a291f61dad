/** A key of a ConfigMap or a Secret in the namespace of the instance. */
export interface SourceKey {
  readonly name: string;
  readonly key: string;
}

/** A namespace of Nacos. */
export interface NacosNamespace {
  /** What clients are configured with: letters, digits, dashes and underscores. */
  readonly id: string;
  /** What the console shows. @default the id */
  readonly name?: string;
  /** What the console shows beside it. @default none */
  readonly description?: string;
}

/** A user of Nacos. */
export interface NacosUser {
  readonly username: string;
  /** Where the password comes from; it is set when the user is created, and then belongs to the user. */
  readonly passwordSecret: PasswordSecret;
  /** Roles of the user. @default none */
  readonly roles?: string[];
}

/** A key of a Secret. */
export interface PasswordSecret {
  readonly name: string;
  /** @default password */
  readonly key?: string;
}

/** What a role may do in a namespace. */
export enum NacosAccess {
  READ = 'r',
  WRITE = 'w',
  READ_WRITE = 'rw',
}

/** What the users of a role may do. */
export interface NacosPermission {
  readonly role: string;
  /** Id of the namespace. @default public */
  readonly namespace?: string;
  readonly access: NacosAccess;
}

/** A configuration; its content is given by exactly one of `content`, `configMap` and `secret`. */
export interface NacosConfiguration {
  readonly dataId: string;
  /** @default DEFAULT_GROUP */
  readonly group?: string;
  /** Id of the namespace. @default public */
  readonly namespace?: string;
  /** text, json, xml, yaml, html or properties. @default what the end of `dataId` says, or text */
  readonly type?: string;
  /** @default none */
  readonly content?: string;
  /** Where the content comes from. @default none */
  readonly configMap?: SourceKey;
  /** Where the content comes from. @default none */
  readonly secret?: SourceKey;
  /** Whether what people changed is put back. @default that of the whole */
  readonly overwrite?: boolean;
}

/** What the servers are filled with before clients are let in. */
export interface NacosInitialData {
  /** Whether what people changed or deleted since is put back, every time. @default false */
  readonly overwrite?: boolean;
  /** @default none */
  readonly namespaces?: NacosNamespace[];
  /** @default none */
  readonly users?: NacosUser[];
  /** @default none */
  readonly permissions?: NacosPermission[];
  /** @default none */
  readonly configurations?: NacosConfiguration[];
}

/** The field `initialData` of a Nacos resource's spec. */
export function initialDataField(data: NacosInitialData): object {
  const { overwrite, namespaces, users, permissions, configurations } = data;
  return {
    ...policyField(overwrite),
    ...(namespaces && { namespaces: namespaces.map((one) => ({ ...one })) }),
    ...(users && { users: users.map((one) => ({ ...one })) }),
    ...(permissions && { permissions: permissions.map(({ access, ...one }) => ({ ...one, action: access })) }),
    ...(configurations && { configurations: configurations.map(configurationField) }),
  };
}

function configurationField({ configMap, secret, overwrite, ...fields }: NacosConfiguration): object {
  const contentFrom = {
    ...(configMap && { configMapKeyRef: { ...configMap } }),
    ...(secret && { secretKeyRef: { ...secret } }),
  };
  return { ...fields, ...((configMap || secret) && { contentFrom }), ...policyField(overwrite) };
}

function policyField(overwrite: boolean | undefined): object {
  return overwrite === undefined ? {} : { policy: overwrite ? 'Overwrite' : 'KeepChanges' };
}
