import {
  digestOf,
  type Item,
  type Kind,
  kindOf,
  kinds,
  type NamespaceItem,
  nameOf,
  type PermissionItem,
  partsOf,
  type RoleItem,
  type UserItem,
} from '../item.js';
import type { Passwords } from '../passwords.js';
import {
  DataError,
  type Listed,
  type Marked,
  type Origin,
  type ServerAddress,
  type Store,
  type Written,
} from '../source.js';
import { Access } from './access.js';
import { Client } from './client.js';
import { Configurations } from './configurations.js';
import { Services } from './services.js';

/** Kinds with few items, which come in one list. */
const small = ['namespace', 'user', 'role', 'permission'] as const;
type Small = (typeof small)[number];

/** A running Nacos of any version. */
export class LiveNacos implements Store {
  private readonly access: Access;
  private readonly configurations: Configurations;
  private readonly services: Services;
  private readonly known = new Map<Small, Promise<Set<string>>>();

  private constructor(
    private readonly client: Client,
    readonly origin: Origin,
    private readonly passwords: Passwords,
  ) {
    this.access = new Access(client);
    this.configurations = new Configurations(client);
    this.services = new Services(client);
  }

  /**
   * @param passwords of users that are created
   * @throws DataError if there is no Nacos, or it does not let the user in
   */
  static async connect(address: ServerAddress, signal: AbortSignal, passwords: Passwords): Promise<LiveNacos> {
    const client = await Client.connect(address, signal);
    const old = await new Access(client).isOld();
    const unknown = old ? ['namespace.description', 'configuration.encryptedDataKey'] : [];
    return new LiveNacos(client, { version: client.version, unknown }, passwords);
  }

  get url(): string {
    return this.client.url;
  }

  close(): void {
    this.client.close();
  }

  async *list(only: readonly Kind[] = kinds): AsyncIterable<Listed> {
    for (const kind of small) this.known.delete(kind);
    const namespaces = await this.access.namespaces();
    for (const kind of kinds.filter((one) => only.includes(one))) {
      if (kind === 'configuration') for (const { id } of namespaces) yield* this.configurations.list(id);
      else if (kind === 'service') for (const { id } of namespaces) yield* this.listServices(id);
      else for (const item of await this.all(kind)) yield whole(item);
    }
  }

  private async *listServices(namespace: string): AsyncIterable<Listed> {
    for await (const id of this.services.ids(namespace)) {
      const item = await this.services.read(id);
      if (item) yield whole(item);
    }
  }

  async find(name: string): Promise<Marked | undefined> {
    const [namespace = '', group = '', last = ''] = partsOf(name);
    const kind = kindOf(name);
    if (kind === 'configuration') return this.configurations.read({ namespace, group, dataId: last });
    if (kind === 'service') return marked(await this.services.read({ namespace, group, name: last }));
    return marked((await this.all(kind)).find((item) => nameOf(item) === name));
  }

  async write(item: Item): Promise<Written> {
    if (item.kind === 'configuration') {
      if (item.encryptedDataKey && this.origin.unknown.includes('configuration.encryptedDataKey'))
        return { done: false, why: 'its content is encrypted, which Nacos has from 2.1 on' };
      return this.configurations.write(item);
    }
    if (item.kind === 'service') return this.services.write(item);
    if ((await this.names(item.kind)).has(nameOf(item)) && item.kind !== 'namespace') return { done: true };
    const why = await this.add(item);
    if (why !== undefined) return { done: false, why };
    (await this.names(item.kind)).add(nameOf(item));
    return { done: true };
  }

  /** @returns why it could not be */
  private async add(item: NamespaceItem | UserItem | RoleItem | PermissionItem): Promise<string | undefined> {
    switch (item.kind) {
      case 'namespace':
        await this.access.writeNamespace(item, (await this.names('namespace')).has(nameOf(item)));
        return undefined;
      case 'user': {
        const password = await this.passwords.of(item.username);
        if (password === undefined) return 'Nacos hands out no passwords; give a file for new ones with --passwords';
        await this.access.addUser(item.username, password);
        return undefined;
      }
      case 'role': {
        const user = nameOf({ kind: 'user', username: item.username });
        if (!(await this.names('user')).has(user)) return `user ${item.username} is not there`;
        await this.access.addRole(item);
        return undefined;
      }
      case 'permission': {
        const roles = [...(await this.names('role'))].map((name) => partsOf(name)[0]);
        if (!roles.includes(item.role)) return `no user has role ${item.role}`;
        await this.access.addPermission(item);
        return undefined;
      }
    }
  }

  /** Of all items of a kind, as they were listed last and written since. */
  private names(kind: Small): Promise<Set<string>> {
    const known = this.known.get(kind) ?? this.all(kind).then((items) => new Set(items.map(nameOf)));
    this.known.set(kind, known);
    return known;
  }

  private async all(kind: Small): Promise<readonly Item[]> {
    switch (kind) {
      case 'namespace':
        // `public` is in every Nacos, and cannot be changed.
        return (await this.access.namespaces()).filter(({ id }) => id !== 'public');
      case 'user':
        return this.access.users();
      case 'role':
        return this.access.roles();
      case 'permission':
        return this.access.permissions();
    }
  }

  async remove(name: string): Promise<void> {
    const [namespace = '', group = '', dataId = ''] = partsOf(name);
    if (kindOf(name) !== 'configuration') throw new DataError(`${name} is not removed, only configurations are`);
    await this.configurations.remove({ namespace, group, dataId });
  }
}

/** Of a list that has all of an item. */
function whole(item: Item): Listed {
  const mark = digestOf(item, []);
  return { name: nameOf(item), mark, read: async () => ({ item, mark }) };
}

function marked(item: Item | undefined): Marked | undefined {
  return item && { item, mark: digestOf(item, []) };
}
