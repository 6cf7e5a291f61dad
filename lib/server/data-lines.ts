import type { Api } from './profiles.js';

export interface Namespace {
  readonly id: string;
  /** What the console shows. */
  readonly name: string;
  /** Absent where the server does not say. */
  readonly description?: string;
}

/** Of a configuration; the namespace of those that name none is `public`. */
export interface ConfigurationId {
  readonly namespace: string;
  readonly group: string;
  readonly dataId: string;
}

export interface Configuration extends ConfigurationId {
  readonly content: string;
  /** Such as `yaml`. */
  readonly type: string;
}

export interface Permission {
  readonly role: string;
  readonly namespace: string;
  /** `r`, `w` or `rw`. */
  readonly action: string;
}

type Form = Readonly<Record<string, string>>;

/** Paths and names of a line's data, relative to the context path (measured, see test/nacos/recordings). */
export interface DataLine {
  readonly namespaces: string;
  readonly namespaceList: string;
  readonly users: string;
  readonly roles: string;
  readonly permissions: string;
  /** What is added to the last three for a list of them. */
  readonly list: string;
  readonly configurations: string;
  /** List of the configurations in the namespace `public`, with their number (nacos: ConfigControllerV3.java). */
  readonly publicConfigurations: string;
  createNamespace(namespace: Namespace): Form;
  changeNamespace(namespace: Namespace): Form;
  configuration(id: ConfigurationId): Form;
  /**
   * What is added to a question for a configuration, so that it comes from the database and not from a member's copy.
   */
  readonly fromDatabase: Form;
  /** What the line calls the namespace `public`. */
  readonly publicNamespace: string;
  /** `code` of an answer that says yes. */
  readonly success: number;
}

const v1: DataLine = {
  namespaces: '/v1/console/namespaces',
  namespaceList: '/v1/console/namespaces',
  users: '/v1/auth/users',
  roles: '/v1/auth/roles',
  permissions: '/v1/auth/permissions',
  list: '',
  configurations: '/v1/cs/configs',
  publicConfigurations: '/v1/cs/configs?search=accurate&dataId=&group=&tenant=&pageNo=1&pageSize=1',
  createNamespace: ({ id, name, description = '' }) => ({
    customNamespaceId: id,
    namespaceName: name,
    namespaceDesc: description,
  }),
  changeNamespace: ({ id, name, description = '' }) => ({
    namespace: id,
    namespaceShowName: name,
    namespaceDesc: description,
  }),
  configuration: ({ namespace, group, dataId }) => ({
    tenant: namespace === 'public' ? '' : namespace,
    group,
    dataId,
  }),
  fromDatabase: { show: 'all' },
  publicNamespace: '',
  success: 200,
};

const v3: DataLine = {
  namespaces: '/v3/admin/core/namespace',
  namespaceList: '/v3/admin/core/namespace/list',
  users: '/v3/auth/user',
  roles: '/v3/auth/role',
  permissions: '/v3/auth/permission',
  list: '/list',
  configurations: '/v3/admin/cs/config',
  publicConfigurations:
    '/v3/admin/cs/config/list?search=blur&dataId=&groupName=&namespaceId=public&pageNo=1&pageSize=1',
  createNamespace: ({ id, name, description = '' }) => ({
    namespaceId: id,
    namespaceName: name,
    namespaceDesc: description,
  }),
  changeNamespace: (namespace) => v3.createNamespace(namespace),
  configuration: ({ namespace, group, dataId }) => ({ namespaceId: namespace, groupName: group, dataId }),
  fromDatabase: {},
  publicNamespace: 'public',
  success: 0,
};

export const dataLines: Readonly<Record<Api['data'], DataLine>> = { v1, v3 };
