import { createHash } from 'node:crypto';

export interface DataAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface Namespace {
  readonly name: string;
  readonly description: string;
}

interface Configuration {
  readonly content: string;
  readonly type: string;
  readonly id: string;
  /** Empty where the writer is not known. */
  readonly author?: string;
  readonly desc?: string;
  readonly configTags?: string;
  readonly appName?: string;
  readonly encryptedDataKey?: string;
  /** @default that of the content */
  readonly md5?: string;
  /** By its clients' addresses. */
  readonly beta?: { readonly content: string; readonly betaIps: string };
}

interface Query {
  get(name: string): string | null;
}

const password = 'HIDDEN';
const illegal = "Param 'dataId' is illegal, illegal characters should not appear in the param.\r\n";

/**
 * Namespaces, users and configurations of a stand-in, which answers as servers did: stand-in.test.ts asks it what they
 * were asked.
 */
export class StandInData {
  readonly namespaces = new Map<string, Namespace>();
  /** Passwords by user. */
  readonly users = new Map<string, string>([['nacos', password]]);
  readonly roles: { readonly role: string; readonly username: string }[] = [{ role: 'ROLE_ADMIN', username: 'nacos' }];
  readonly permissions: { readonly role: string; readonly resource: string; readonly action: string }[] = [];
  /** By `namespace/group/dataId`; the namespace is empty for public. */
  readonly configurations = new Map<string, Configuration>();

  constructor(private readonly version: '2.0.4' | '2.3.2' | '3.0.3') {}

  /** @returns undefined for what is no question about data */
  answer(method: string, path: string, query: Query, form: Query, betaIps = ''): DataAnswer | undefined {
    const value = (name: string) => form.get(name) ?? query.get(name) ?? '';
    switch (`${method} ${path}`) {
      case 'GET /v1/console/namespaces':
      case 'GET /v3/admin/core/namespace/list':
        return this.namespaceList();
      case 'POST /v1/console/namespaces':
      case 'POST /v3/admin/core/namespace':
        return this.createNamespace(value(this.isV3 ? 'namespaceId' : 'customNamespaceId'), value);
      case 'PUT /v1/console/namespaces':
      case 'PUT /v3/admin/core/namespace':
        return this.changeNamespace(value);
      case 'GET /v1/auth/users':
      case 'GET /v3/auth/user/list':
        return this.page([...this.users.keys()].map((username) => ({ username, password })));
      case 'POST /v1/auth/users':
      case 'POST /v3/auth/user':
        return this.createUser(value('username'), value('password'));
      case 'DELETE /v1/auth/users':
      case 'DELETE /v3/auth/user':
        this.users.delete(value('username'));
        return this.done('delete user ok!');
      case 'GET /v1/auth/roles':
      case 'GET /v3/auth/role/list':
        return this.page(
          [...this.roles].sort(({ role }, other) => (role.toLowerCase() < other.role.toLowerCase() ? -1 : 1)),
        );
      case 'POST /v1/auth/roles':
      case 'POST /v3/auth/role':
        return this.addRole(value('role'), value('username'));
      case 'GET /v1/auth/permissions':
      case 'GET /v3/auth/permission/list':
        return this.page(this.permissions);
      case 'POST /v1/auth/permissions':
      case 'POST /v3/auth/permission':
        return this.addPermission({ role: value('role'), resource: value('resource'), action: value('action') });
      case 'GET /v1/cs/configs':
      case 'GET /v3/admin/cs/config':
        // Of 2.x by the same path.
        if (query.get('beta') !== null) return this.beta(value);
        return query.get('search') === null ? this.configuration(value) : this.configurationList(value);
      case 'GET /v3/admin/cs/config/beta':
        return this.beta(value);
      case 'DELETE /v1/cs/configs':
      case 'DELETE /v3/admin/cs/config':
      case 'DELETE /v3/admin/cs/config/beta':
        return this.removeConfiguration(value, query.get('beta') !== null || path.endsWith('/beta'));
      case 'GET /v1/ns/catalog/services':
        return { status: 200, body: { count: 0, serviceList: [] } };
      case 'GET /v3/admin/ns/service/list':
        return this.page([]);
      case 'GET /v3/admin/cs/config/list':
        return this.configurationList(value);
      case 'POST /v1/cs/configs':
      case 'POST /v3/admin/cs/config':
        return this.publish(value, betaIps);
      default:
        return undefined;
    }
  }

  private get isV3(): boolean {
    return this.version.startsWith('3');
  }

  private done(data: unknown): DataAnswer {
    return {
      status: 200,
      body: this.isV3 ? { code: 0, message: 'success', data } : { code: 200, message: null, data },
    };
  }

  /** 3.0.3 says nothing where 2.x says why. */
  private refused(why: string): DataAnswer {
    if (this.isV3) return { status: 200, body: '' };
    return { status: 400, body: this.version === '2.0.4' ? `caused: ${why};` : why };
  }

  private page(pageItems: readonly object[]): DataAnswer {
    const pagesAvailable = pageItems.length > 0 ? 1 : 0;
    const page = { totalCount: pageItems.length, pageNumber: 1, pagesAvailable, pageItems };
    return this.isV3 ? this.done(page) : { status: 200, body: page };
  }

  private namespaceList(): DataAnswer {
    const shown = (namespace: string, namespaceShowName: string, namespaceDesc: string | null, type: number) => ({
      namespace,
      namespaceShowName,
      ...(this.version !== '2.0.4' && { namespaceDesc }),
      quota: 200,
      configCount: [...this.configurations.keys()].filter((key) => key.startsWith(`${namespace}/`)).length,
      type,
    });
    const first = this.isV3 ? shown('public', 'public', 'Default Namespace', 0) : shown('', 'public', null, 0);
    const others = [...this.namespaces].map(([id, { name, description }]) =>
      shown(id, name, description, this.isV3 ? 1 : 2),
    );
    return this.done([first, ...others]);
  }

  private createNamespace(id: string, value: (name: string) => string): DataAnswer {
    const there = this.namespaces.has(id);
    if (there && this.isV3)
      return {
        status: 400,
        body: { code: 22002, message: 'namespace already exist', data: `namespaceId [${id}] already exist.` },
      };
    if (!there) this.namespaces.set(id, { name: value('namespaceName'), description: value('namespaceDesc') });
    return this.isV3 ? this.done(true) : { status: 200, body: !there };
  }

  private changeNamespace(value: (name: string) => string): DataAnswer {
    const [id, name] = this.isV3 ? ['namespaceId', 'namespaceName'] : ['namespace', 'namespaceShowName'];
    this.namespaces.set(value(id), { name: value(name), description: value('namespaceDesc') });
    return this.isV3 ? this.done(true) : { status: 200, body: true };
  }

  private createUser(username: string, chosen: string): DataAnswer {
    if (this.users.has(username)) return this.refused(`user '${username}' already exist!`);
    this.users.set(username, chosen);
    return this.done('create user ok!');
  }

  private addRole(role: string, username: string): DataAnswer {
    if (!this.users.has(username)) return this.refused(`user '${username}' not found!`);
    const there = this.roles.some((one) => one.role === role && one.username === username);
    if (there && this.isV3) return this.refused('');
    if (!there) this.roles.push({ role, username });
    return this.done('add role ok!');
  }

  private addPermission(permission: StandInData['permissions'][number]): DataAnswer {
    if (!this.roles.some(({ role }) => role === permission.role))
      return this.refused(`role ${permission.role} not found!`);
    this.permissions.push(permission);
    return this.done('add permission ok!');
  }

  private key(value: (name: string) => string): string {
    const [namespace, group] = this.isV3 ? ['namespaceId', 'groupName'] : ['tenant', 'group'];
    return `${value(namespace)}/${value(group)}/${value('dataId')}`;
  }

  private configuration(value: (name: string) => string): DataAnswer {
    const found = this.configurations.get(this.key(value));
    if (!found && !this.isV3) return { status: 200, body: '' };
    if (!found)
      return {
        status: 404,
        body: { code: 20004, message: 'resource not found', data: 'Config not exist, please publish Config first.' },
      };
    const { content, type, id, author, desc, configTags, appName = '', encryptedDataKey = '' } = found;
    const { md5 = createHash('md5').update(content).digest('hex') } = found;
    const common = { id, dataId: value('dataId'), md5, type, content, appName, createTime: 0, modifyTime: 0 };
    const unset = { createUser: author || null, createIp: '127.0.0.1' };
    const set = { ...unset, desc: desc || null, configTags: configTags || null };
    if (this.isV3) {
      const place = { namespaceId: value('namespaceId'), groupName: value('groupName'), encryptedDataKey };
      return this.done({ ...common, ...set, ...place });
    }
    const place = { tenant: value('tenant'), group: value('group'), use: null, effect: null, schema: null };
    return {
      status: 200,
      body: { ...common, ...set, ...place, ...(this.version !== '2.0.4' && { encryptedDataKey }) },
    };
  }

  /** As alibaba/nacos has it, ConfigController.java of 2.5 and ConfigControllerV3.java of 3.0; not recorded. */
  private configurationList(value: (name: string) => string): DataAnswer {
    const prefix = `${value(this.isV3 ? 'namespaceId' : 'tenant')}/`;
    const all = [...this.configurations].filter(([key]) => key.startsWith(prefix));
    const [number, size] = [Number(value('pageNo')), Number(value('pageSize'))];
    const pageItems = all.slice((number - 1) * size, number * size).map(([key, { content, type, appName = '' }]) => {
      const [, group, dataId] = key.split('/');
      if (!this.isV3) return { dataId, group, tenant: value('tenant'), content, type, appName };
      const md5 = createHash('md5').update(content).digest('hex');
      return { dataId, groupName: group, namespaceId: value('namespaceId'), md5, type, appName, modifyTime: 0 };
    });
    const pagesAvailable = Math.ceil(all.length / size);
    const body = { totalCount: all.length, pageNumber: number, pagesAvailable, pageItems };
    return this.isV3 ? this.done(body) : { status: 200, body };
  }

  /** As alibaba/nacos has it, see above; not recorded. */
  private beta(value: (name: string) => string): DataAnswer {
    const { beta } = this.configurations.get(this.key(value)) ?? {};
    if (!this.isV3) return this.done(beta ?? null);
    if (!beta) return { status: 404, body: { code: 20004, message: 'resource not found', data: 'no beta' } };
    const grayRule = JSON.stringify({ type: 'beta', version: '1.0.0', expr: beta.betaIps });
    return this.done({ content: beta.content, grayName: 'beta', grayRule });
  }

  private removeConfiguration(value: (name: string) => string, isBeta: boolean): DataAnswer {
    const key = this.key(value);
    const { beta: _, ...found } = this.configurations.get(key) ?? {};
    if (isBeta) this.configurations.set(key, found as Configuration);
    else this.configurations.delete(key);
    return this.isV3 || isBeta ? this.done(true) : { status: 200, body: true };
  }

  private publish(value: (name: string) => string, betaIps: string): DataAnswer {
    const dataId = value('dataId');
    if (!/^[-\w.:]+$/.test(dataId))
      return { status: 400, body: this.version === '2.0.4' ? `caused: invalid dataId : ${dataId};` : illegal };
    const key = this.key(value);
    const before = this.configurations.get(key);
    const [content, type] = [value('content'), value('type')];
    const { id = String(this.configurations.size), beta } = before ?? {};
    const fields = { appName: value('appName'), encryptedDataKey: value('encryptedDataKey'), desc: value('desc') };
    const author = value('srcUser') || value('username');
    const configTags = value('config_tags') || value('configTags');
    if (betaIps && before) this.configurations.set(key, { ...before, beta: { content, betaIps } });
    else this.configurations.set(key, { content, type, id, author, configTags, ...fields, ...(beta && { beta }) });
    return this.isV3 ? this.done(true) : { status: 200, body: true };
  }
}
