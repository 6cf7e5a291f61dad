import type { Server } from './client.js';
import {
  type Configuration,
  type ConfigurationId,
  type DataLine,
  dataLines,
  type Namespace,
  type Permission,
} from './data-lines.js';
import { type Answer, exchange, type Question } from './exchange.js';

export type { Configuration, ConfigurationId, Namespace, Permission } from './data-lines.js';

/** Of what is written, as the console shows it. */
const author = 'nacos-operator';

/**
 * Namespaces, users and configurations of a server, read and written with the identity of its members.
 *
 * @throws Error from each method if the server does not answer, or does not do it; without contents or passwords
 */
export class ServerData {
  private readonly line: DataLine;

  constructor(
    private readonly server: Server,
    private readonly signal: AbortSignal,
  ) {
    this.line = dataLines[server.api.data];
  }

  async namespaces(): Promise<Namespace[]> {
    const answer = await this.ask({ path: this.line.namespaceList });
    const { data } = Object(answer.body) as { readonly data?: unknown };
    if (!Array.isArray(data)) throw this.refused('list its namespaces', answer);
    return (data as NamespaceAnswer[]).map(({ namespace, namespaceShowName, namespaceDesc }) => ({
      id: namespace || 'public',
      name: namespaceShowName,
      ...(typeof namespaceDesc === 'string' && { description: namespaceDesc }),
    }));
  }

  createNamespace(namespace: Namespace): Promise<void> {
    const form = this.line.createNamespace(namespace);
    return this.write(`create namespace ${namespace.id}`, { method: 'POST', path: this.line.namespaces, form });
  }

  changeNamespace(namespace: Namespace): Promise<void> {
    const form = this.line.changeNamespace(namespace);
    return this.write(`change namespace ${namespace.id}`, { method: 'PUT', path: this.line.namespaces, form });
  }

  async users(): Promise<string[]> {
    const items = await this.pages<{ readonly username: string }>('users', this.line.users);
    return items.map(({ username }) => username);
  }

  createUser(username: string, password: string): Promise<void> {
    const form = { username, password };
    return this.write(`create user ${username}`, { method: 'POST', path: this.line.users, form });
  }

  roles(): Promise<{ readonly role: string; readonly username: string }[]> {
    return this.pages('roles', this.line.roles);
  }

  addRole(role: string, username: string): Promise<void> {
    const form = { role, username };
    return this.write(`give role ${role} to ${username}`, { method: 'POST', path: this.line.roles, form });
  }

  /** Those for whole namespaces. */
  async permissions(): Promise<Permission[]> {
    const items = await this.pages<PermissionAnswer>('permissions', this.line.permissions);
    return items.flatMap(({ role, resource, action }) => {
      const [, namespace] = /^(.*):\*:\*$/.exec(resource) ?? [];
      return namespace === undefined ? [] : [{ role, action, namespace: namespace || 'public' }];
    });
  }

  addPermission({ role, namespace, action }: Permission): Promise<void> {
    const form = { role, resource: `${namespace === 'public' ? this.line.publicNamespace : namespace}:*:*`, action };
    const what = `let role ${role} ${action} namespace ${namespace}`;
    return this.write(what, { method: 'POST', path: this.line.permissions, form });
  }

  /** Undefined if there is no such configuration. */
  async content(id: ConfigurationId): Promise<string | undefined> {
    const query = new URLSearchParams({ ...this.line.fromDatabase, ...this.line.configuration(id) });
    const answer = await this.ask({ path: `${this.line.configurations}?${query}` });
    // 2.x answers 200 and nothing.
    if (answer.status === 404 || (answer.status === 200 && answer.body === undefined && this.line.success === 200))
      return undefined;
    const { data, content } = Object(answer.body) as {
      readonly data?: { readonly content?: unknown };
      content?: unknown;
    };
    const found = content ?? data?.content;
    if (answer.status !== 200 || typeof found !== 'string') throw this.refused(`read ${textOf(id)}`, answer);
    return found;
  }

  /** Number of configurations in the namespace `public`, as its clients can find them. */
  async publicConfigurations(): Promise<number> {
    const answer = await this.ask({ path: this.line.publicConfigurations });
    const { data = answer.body } = Object(answer.body) as { readonly data?: unknown };
    const { totalCount } = Object(data) as { readonly totalCount?: unknown };
    if (answer.status !== 200 || typeof totalCount !== 'number')
      throw this.refused('count the configurations of namespace public', answer);
    return totalCount;
  }

  /**
   * The author in the history of a configuration. It must not be empty: then servers of 3.0 no
   * longer compare their configurations with an external database (measured on 3.0.3; nacos: ConfigMigrateService.java,
   * getCreateUser).
   */
  publish({ content, type, ...id }: Configuration): Promise<void> {
    const form = { ...this.line.configuration(id), content, type, username: author };
    return this.write(`publish ${textOf(id)}`, { method: 'POST', path: this.line.configurations, form });
  }

  private async pages<T>(what: string, path: string): Promise<T[]> {
    const found: T[] = [];
    for (let pageNo = 1, last = 1; pageNo <= last; pageNo++) {
      const query = new URLSearchParams({ pageNo: String(pageNo), pageSize: '500', search: 'accurate' });
      const answer = await this.ask({ path: `${path}${this.line.list}?${query}` });
      const { data = answer.body } = Object(answer.body) as { readonly data?: unknown };
      const { pageItems, pagesAvailable } = Object(data) as { pageItems?: T[]; pagesAvailable?: number };
      if (!Array.isArray(pageItems)) throw this.refused(`list its ${what}`, answer);
      found.push(...pageItems);
      last = pagesAvailable ?? 1;
    }
    return found;
  }

  private ask(question: Question): Promise<Answer> {
    return exchange(this.server, question, this.signal);
  }

  /** A status alone says little: 2.x answers 200 and `false`, 3.0.3 answers 200 and nothing (measured). */
  private async write(what: string, question: Question): Promise<void> {
    const answer = await this.ask(question);
    const done = answer.code === this.line.success || (answer.body === true && this.line.success === 200);
    if (answer.status !== 200 || !done) throw this.refused(what, answer);
  }

  private refused(what: string, { status, code }: Answer): Error {
    const detail = code === undefined ? '' : `, code ${code}`;
    return new Error(`the server at ${this.server.address} did not ${what}: HTTP ${status}${detail}`);
  }
}

interface NamespaceAnswer {
  readonly namespace: string;
  readonly namespaceShowName: string;
  readonly namespaceDesc?: string | null;
}

interface PermissionAnswer {
  readonly role: string;
  readonly resource: string;
  readonly action: string;
}

function textOf({ namespace, group, dataId }: ConfigurationId): string {
  return `configuration ${namespace}/${group}/${dataId}`;
}
