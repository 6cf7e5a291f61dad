import type { Answer, Question } from '../../server/exchange.js';
import { type ConfigurationItem, configurationName, md5 } from '../item.js';
import { DataError, type Listed, type Marked, type Written } from '../source.js';
import { type Client, isTooLong } from './client.js';

type Id = Pick<ConfigurationItem, 'namespace' | 'group' | 'dataId'>;
type Form = Readonly<Record<string, string>>;

/** How a line of Nacos is asked for configurations. */
interface Line {
  readonly path: string;
  list(namespace: string): { readonly path: string; readonly query: Form };
  id(id: Id): Form;
  readonly detail: Form;
  beta(id: Id): string;
  /** What a list shows of a configuration. */
  mark(answer: ConfigurationAnswer): string;
}

interface ConfigurationAnswer {
  readonly dataId: string;
  readonly group?: string;
  readonly groupName?: string;
  readonly content?: string;
  readonly md5?: string | null;
  readonly type?: string | null;
  readonly appName?: string | null;
  readonly desc?: string | null;
  readonly configTags?: string | null;
  readonly encryptedDataKey?: string | null;
  readonly createUser?: string | null;
  readonly modifyTime?: number;
  /** Of a release for some: in 2.x, and from 3.0 on as a rule in JSON. */
  readonly betaIps?: string | null;
  readonly grayRule?: string | null;
}

// A list has contents, but neither description nor tags nor author (nacos: ConfigController.java, ConfigInfo.java).
const v1: Line = {
  path: '/v1/cs/configs',
  list: (namespace) => ({
    path: '/v1/cs/configs',
    query: { search: 'accurate', dataId: '', group: '', appName: '', config_tags: '', ...tenant(namespace) },
  }),
  id: ({ namespace, group, dataId }) => ({ ...tenant(namespace), group, dataId }),
  detail: { show: 'all' },
  beta: (id) => `/v1/cs/configs?${new URLSearchParams({ beta: 'true', ...v1.id(id) })}`,
  mark: ({ content = '', type, appName }) => [md5(content), type || 'text', appName ?? ''].join('/'),
};

// A list has no contents, but the time of the last change (nacos: ConfigControllerV3.java, ConfigBasicInfo.java).
const v3: Line = {
  path: '/v3/admin/cs/config',
  list: (namespace) => ({
    path: '/v3/admin/cs/config/list',
    query: { search: 'blur', dataId: '', groupName: '', namespaceId: namespace },
  }),
  id: ({ namespace, group, dataId }) => ({ namespaceId: namespace, groupName: group, dataId }),
  detail: {},
  beta: (id) => `/v3/admin/cs/config/beta?${new URLSearchParams(v3.id(id))}`,
  mark: ({ md5, modifyTime = '' }) => `${md5 ?? ''}/${modifyTime}`,
};

function tenant(namespace: string): Form {
  return { tenant: namespace === 'public' ? '' : namespace };
}

/** Most configurations of an answer; fewer where they are so long that the answer would be too long. */
const mostAtOnce = 200;

export class Configurations {
  private readonly line: Line;

  constructor(private readonly client: Client) {
    this.line = { v1, v3 }[client.api.data];
  }

  async *list(namespace: string): AsyncIterable<Listed> {
    let size = mostAtOnce;
    for (let first = 0, total = 1; first < total; ) {
      const page = await this.page(namespace, first / size + 1, size).catch((error: unknown) => {
        if (!isTooLong(error) || size === 1) throw error;
        return undefined;
      });
      if (!page) {
        // So that the same place is a whole number of pages.
        size = [100, 50, 25, 5, 1].find((one) => one < size && first % one === 0) ?? 1;
        continue;
      }
      for (const answer of page.items) {
        const id = { namespace, group: answer.groupName ?? answer.group ?? '', dataId: answer.dataId };
        yield { name: configurationName(id), mark: this.line.mark(answer), read: () => this.read(id) };
      }
      first += size;
      total = page.total;
    }
  }

  async read(id: Id): Promise<Marked | undefined> {
    const [answer, beta] = await Promise.all([this.detail(id), this.beta(id)]);
    if (!answer) return undefined;
    const { content = '', type, desc, configTags, appName, encryptedDataKey, createUser } = answer;
    const own = md5(content);
    // A plugin of the server deciphers what it hands out; the key is then of no use.
    const ciphered = encryptedDataKey && answer.md5 === own;
    if (answer.md5 && answer.md5 !== own && !encryptedDataKey)
      throw new DataError(
        `${configurationName(id)}: the content does not fit the MD5 that ${this.client.url} has of it (${answer.md5}, not ${own}); publish it again`,
      );
    const item: ConfigurationItem = {
      kind: 'configuration',
      ...id,
      content,
      md5: own,
      type: type || 'text',
      ...(desc && { description: desc }),
      ...(configTags && { tags: configTags.split(',').filter(Boolean).toSorted().join(',') }),
      ...(appName && { application: appName }),
      ...(ciphered && { encryptedDataKey }),
      ...(createUser && { author: createUser }),
      ...(beta && { beta }),
    };
    return { item, mark: this.line.mark(answer) };
  }

  async write(item: ConfigurationItem): Promise<Written> {
    const { content, type, description = '', tags = '', application = '', encryptedDataKey, author = '' } = item;
    // The API refuses it (nacos: ParamUtils.java, checkParam).
    if (content.trim() === '') return { done: false, why: 'Nacos takes no content that is empty or white space' };
    const form = {
      ...this.line.id(item),
      ...{ content, type, desc: description, appName: application },
      ...(this.client.api.data === 'v1' ? { config_tags: tags, src_user: author } : { configTags: tags }),
      srcUser: author,
      // 3.0 no longer compares a configuration without an author with an external database (measured on 3.0.3).
      username: author || 'cdk8s-nacos',
      ...(encryptedDataKey && { encryptedDataKey }),
    };
    const what = `write ${configurationName(item)}`;
    await this.change(what, { method: 'POST', path: this.line.path, form });
    const { beta } = item;
    if (beta) {
      const headers = { betaIps: beta.addresses };
      await this.change(what, {
        method: 'POST',
        path: this.line.path,
        headers,
        form: { ...form, content: beta.content },
      });
    } else if (await this.beta(item)) {
      await this.change(what, { method: 'DELETE', path: this.line.beta(item) });
    }
    return { done: true };
  }

  async remove(id: Id): Promise<void> {
    const query = new URLSearchParams(this.line.id(id));
    await this.change(`remove ${configurationName(id)}`, { method: 'DELETE', path: `${this.line.path}?${query}` });
  }

  private async page(namespace: string, pageNo: number, pageSize: number) {
    const what = `list the configurations of namespace ${namespace}`;
    const { path, query } = this.line.list(namespace);
    const numbers = { pageNo: String(pageNo), pageSize: String(pageSize) };
    const answer = await this.client.ask(what, { path: `${path}?${new URLSearchParams({ ...query, ...numbers })}` });
    const { data = answer.body } = Object(answer.body) as { readonly data?: unknown };
    const { pageItems, totalCount } = Object(data) as { pageItems?: ConfigurationAnswer[]; totalCount?: number };
    if (answer.status !== 200 || !Array.isArray(pageItems)) throw this.client.failure(what, answer);
    return { items: pageItems, total: totalCount ?? 0 };
  }

  private async detail(id: Id): Promise<ConfigurationAnswer | undefined> {
    const query = new URLSearchParams({ ...this.line.detail, ...this.line.id(id) });
    const what = `read ${configurationName(id)}`;
    const answer = await this.client.ask(what, { path: `${this.line.path}?${query}` });
    if (answer.status === 404 || (answer.status === 200 && answer.body === undefined)) return undefined;
    const found = contentOf(answer);
    if (answer.status !== 200 || typeof found?.content !== 'string') throw this.client.failure(what, answer);
    return found;
  }

  private async beta(id: Id): Promise<ConfigurationItem['beta']> {
    const answer = await this.client.ask(`read the beta of ${configurationName(id)}`, { path: this.line.beta(id) });
    const found = contentOf(answer);
    if (answer.status === 404 || typeof found?.content !== 'string') return undefined;
    const addresses = found.betaIps ?? addressesOf(found.grayRule);
    return { content: found.content, md5: md5(found.content), addresses };
  }

  /** A status alone says little: 2.x answers 200 and `false`, 3.0.3 answers 200 and nothing (measured). */
  private async change(what: string, question: Question): Promise<void> {
    const answer = await this.client.ask(what, question);
    const { data } = Object(answer.body) as { readonly data?: unknown };
    if (answer.status !== 200 || (answer.body !== true && data !== true)) throw this.client.failure(what, answer);
  }
}

/** 3.x wraps a configuration in `data`, and 2.x a beta. */
function contentOf({ body }: Answer): ConfigurationAnswer | undefined {
  const { data } = Object(body) as { readonly data?: unknown };
  return (typeof data === 'object' ? data : body) as ConfigurationAnswer | undefined;
}

/** Such as `{"type":"beta","version":"1.0.0","expr":"10.0.0.1"}` (nacos: ConfigGrayPersistInfo.java). */
function addressesOf(rule: string | null | undefined): string {
  try {
    return String((JSON.parse(rule ?? '') as { readonly expr?: unknown }).expr ?? '');
  } catch {
    return '';
  }
}
