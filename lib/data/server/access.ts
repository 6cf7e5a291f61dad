import { dataLines } from '../../server/data-lines.js';
import type { Answer, Question } from '../../server/exchange.js';
import type { NamespaceItem, PermissionItem, RoleItem, UserItem } from '../item.js';
import type { Client } from './client.js';

/** The user that each Nacos makes itself, with its role. */
const administrator = 'nacos';

/** Namespaces, users, roles and permissions of a server. */
export class Access {
  private readonly line;

  constructor(private readonly client: Client) {
    this.line = dataLines[client.api.data];
  }

  /** With `public`, which is always there. */
  async namespaces(): Promise<NamespaceItem[]> {
    const answer = await this.client.ask('list its namespaces', { path: this.line.namespaceList });
    const { data } = Object(answer.body) as { readonly data?: unknown };
    if (answer.status !== 200 || !Array.isArray(data)) throw this.client.failure('list its namespaces', answer);
    return (data as NamespaceAnswer[]).map(({ namespace, namespaceShowName, namespaceDesc }) => ({
      kind: 'namespace',
      id: namespace || 'public',
      name: namespaceShowName,
      ...(namespaceDesc && { description: namespaceDesc }),
    }));
  }

  /** Before 2.1 a list of namespaces has no descriptions, and configurations have no keys (measured on 2.0.4). */
  async isOld(): Promise<boolean> {
    const answer = await this.client.ask('list its namespaces', { path: this.line.namespaceList });
    return !JSON.stringify(answer.body ?? '').includes('"namespaceDesc"');
  }

  /** Without the administrator. */
  async users(): Promise<UserItem[]> {
    const users = await this.pages<UserItem>('users', this.line.users);
    return users
      .filter(({ username }) => username !== administrator)
      .map(({ username }) => ({ kind: 'user', username }));
  }

  /** Without the administrator's. */
  async roles(): Promise<RoleItem[]> {
    const roles = await this.pages<RoleItem>('roles', this.line.roles);
    return roles
      .filter(({ username }) => username !== administrator)
      .map(({ role, username }) => ({ kind: 'role', role, username }));
  }

  async permissions(): Promise<PermissionItem[]> {
    const permissions = await this.pages<PermissionItem>('permissions', this.line.permissions);
    const seen = new Map<string, PermissionItem>();
    for (const { role, resource, action } of permissions) {
      const common = resource.startsWith(':') ? `public${resource}` : resource;
      seen.set(`${role}/${common}/${action}`, { kind: 'permission', role, resource: common, action });
    }
    return [...seen.values()];
  }

  async writeNamespace({ id, name, description = '' }: NamespaceItem, there: boolean): Promise<void> {
    const namespace = { id, name, description };
    const form = there ? this.line.changeNamespace(namespace) : this.line.createNamespace(namespace);
    const method = there ? 'PUT' : 'POST';
    await this.write(`write namespace ${id}`, { method, path: this.line.namespaces, form });
  }

  addUser(username: string, password: string): Promise<void> {
    return this.write(`create user ${username}`, {
      method: 'POST',
      path: this.line.users,
      form: { username, password },
    });
  }

  addRole({ role, username }: RoleItem): Promise<void> {
    const form = { role, username };
    return this.write(`give role ${role} to ${username}`, { method: 'POST', path: this.line.roles, form });
  }

  addPermission({ role, resource, action }: PermissionItem): Promise<void> {
    const own = resource.startsWith('public:') ? `${this.line.publicNamespace}${resource.slice(6)}` : resource;
    const form = { role, resource: own, action };
    return this.write(`let role ${role} ${action} ${resource}`, { method: 'POST', path: this.line.permissions, form });
  }

  private async pages<T>(what: string, path: string): Promise<T[]> {
    const found: T[] = [];
    for (let pageNo = 1, last = 1; pageNo <= last; pageNo++) {
      const query = new URLSearchParams({ pageNo: String(pageNo), pageSize: '500', search: 'accurate' });
      const answer = await this.client.ask(`list its ${what}`, { path: `${path}${this.line.list}?${query}` });
      const { data = answer.body } = Object(answer.body) as { readonly data?: unknown };
      const { pageItems, pagesAvailable } = Object(data) as { pageItems?: T[]; pagesAvailable?: number };
      if (!Array.isArray(pageItems)) throw this.client.failure(`list its ${what}`, answer);
      found.push(...pageItems);
      last = pagesAvailable ?? 1;
    }
    return found;
  }

  private async write(what: string, question: Question): Promise<void> {
    const answer: Answer = await this.client.ask(what, question);
    const done = answer.code === this.line.success || (answer.body === true && this.line.success === 200);
    if (answer.status !== 200 || !done) throw this.client.failure(what, answer);
  }
}

interface NamespaceAnswer {
  readonly namespace: string;
  readonly namespaceShowName: string;
  readonly namespaceDesc?: string | null;
}
