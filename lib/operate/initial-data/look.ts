import { createHash } from 'node:crypto';
import type { ClusterReader } from 'cdk8s-reconciler';
import type { ServerData } from '../../server/data.js';
import type { ConfigurationId } from '../../server/data-lines.js';
import type { Item, ObservedItem } from '../observed-item.js';
import { contentOf, secretKey } from './sources.js';

/** Looks for each item, on the server and at its source. Reads only. */
export async function look(
  items: readonly Item[],
  server: ServerData,
  namespace: string | undefined,
  reader: ClusterReader,
): Promise<ObservedItem[]> {
  const has = (kind: Item['kind']) => items.some((item) => item.kind === kind);
  const namespaces = has('namespace') ? await server.namespaces() : [];
  const users = has('user') ? await server.users() : [];
  const roles = has('role') ? await server.roles() : [];
  const permissions = has('permission') ? await server.permissions() : [];
  const found: ObservedItem[] = [];
  for (const item of items) {
    found.push(await observedItem(item));
  }
  return found;

  async function observedItem(item: Item): Promise<ObservedItem> {
    switch (item.kind) {
      case 'namespace': {
        const { id, name, description } = item.namespace;
        const found = namespaces.find((one) => one.id === id);
        // 2.0 does not answer the description.
        const described = description === undefined || [undefined, description].includes(found?.description);
        return { item, there: !found ? 'absent' : found.name === name && described ? 'same' : 'different' };
      }
      case 'user': {
        if (users.includes(item.username)) return { item, there: 'same' };
        const source = await secretKey(item.password, namespace, reader);
        return { item, there: 'absent', ...('missing' in source && source) };
      }
      case 'role': {
        const { role, username } = item;
        return { item, there: roles.some((one) => one.role === role && one.username === username) ? 'same' : 'absent' };
      }
      case 'permission': {
        const { role, namespace, action } = item.permission;
        const of = permissions.filter((one) => one.role === role && one.namespace === namespace);
        const allowed = of.map((one) => one.action).join('');
        return { item, there: [...action].every((letter) => allowed.includes(letter)) ? 'same' : 'absent' };
      }
      case 'configuration': {
        const source = await contentOf(item.content, namespace, reader);
        return { item, ...compared(await server.content(item.configuration as ConfigurationId), source) };
      }
    }
  }
}

function compared(
  found: string | undefined,
  source: Awaited<ReturnType<typeof contentOf>>,
): Omit<ObservedItem, 'item'> {
  const there = found === undefined ? 'absent' : 'missing' in source || source.value !== found ? 'different' : 'same';
  if ('missing' in source) return { there, ...source };
  if (source.secret) return { there };
  return { there, wanted: hash(source.value), ...(found !== undefined && { found: hash(found) }) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
