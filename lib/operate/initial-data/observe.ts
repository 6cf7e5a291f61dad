import { createHash } from 'node:crypto';
import type { ClusterReader } from 'cdk8s-reconciler';
import { within } from 'cdk8s-reconciler/client';
import { ConfigMap, Secret } from 'cdk8s-reconciler/kinds';
import type { InitialData } from '../../resource/initial-data.js';
import type { NacosObject } from '../../resource/nacos.js';
import type { Server } from '../../server/client.js';
import { ServerData } from '../../server/data.js';
import type { ConfigurationId } from '../../server/data-lines.js';
import { isUnanswered, reasonOf } from '../../server/exchange.js';
import type { ObservedData, ObservedMember } from '../observed.js';
import type { ConfigurationItem, Item, ObservedItem } from '../observed-item.js';
import { secretValue } from '../secret-value.js';
import { askable } from '../servers.js';

type Context = ClusterReader & { readonly signal: AbortSignal };

/** Milliseconds; a server that hangs must not use up a reconciliation. */
const longest = 20_000;

/** What a server has of the initial data. Reads only. */
export async function observeData(
  { spec, metadata }: NacosObject,
  members: readonly ObservedMember[],
  serverIn: (pod: string) => Server,
  context: Context,
): Promise<ObservedData | undefined> {
  const pod = askable(members.filter(({ server }) => server?.reachable && !server.refused));
  if (!spec.initialData || !pod) return undefined;
  const items = itemsOf(spec.initialData);
  try {
    const found = await within(longest, context.signal, (signal) =>
      look(items, new ServerData(serverIn(pod), signal), metadata.namespace, context),
    );
    return { found: true, pod, items: found };
  } catch (error) {
    return { found: false, reason: isUnanswered(error) ? `Pod ${pod}: ${reasonOf(error)}` : (error as Error).message };
  }
}

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

/** The value of a source, or what to do about a missing one. */
export type Source = { readonly value: string; readonly secret: boolean } | { readonly missing: string };

export async function contentOf(
  { content, contentFrom }: ConfigurationItem['content'],
  namespace: string | undefined,
  reader: ClusterReader,
): Promise<Source> {
  if (content !== undefined) return { value: content, secret: false };
  if (contentFrom?.secretKeyRef) return secretKey(contentFrom.secretKeyRef, namespace, reader);
  const { name, key } = contentFrom?.configMapKeyRef ?? { name: '', key: '' };
  const map = await reader.get(ConfigMap, name, namespace);
  const value = map?.data?.[key];
  return value ? { value, secret: false } : { missing: toDo('ConfigMap', name, key, map !== undefined) };
}

export async function secretKey(
  { name, key }: { readonly name: string; readonly key: string },
  namespace: string | undefined,
  reader: ClusterReader,
): Promise<Source> {
  const secret = await reader.get(Secret, name, namespace);
  const value = secretValue(secret, key);
  return value ? { value, secret: true } : { missing: toDo('Secret', name, key, secret !== undefined) };
}

function toDo(kind: string, name: string, key: string, exists: boolean): string {
  return exists ? `add key ${key} to ${kind} ${name}` : `create ${kind} ${name} with key ${key}`;
}

type DeclaredConfiguration = NonNullable<InitialData['configurations']>[number];

/** The items of `spec.initialData`, each after those that it needs. */
export function itemsOf(data: InitialData): Item[] {
  const all = { overwrite: data.policy === 'Overwrite' };
  const { namespaces = [], users = [], permissions = [], configurations = [] } = data;
  return [
    ...namespaces.map(({ id, name, description }): Item => {
      const namespace = { id, name: name || id, ...(description !== undefined && { description }) };
      return { ...all, kind: 'namespace', name: `namespace ${id}`, namespace };
    }),
    ...users.map(({ username, passwordSecret }): Item => {
      return { ...all, kind: 'user', name: `user ${username}`, username, password: passwordSecret };
    }),
    ...users.flatMap(({ username, roles = [] }) =>
      roles.map((role): Item => ({ ...all, kind: 'role', name: `role ${role} of ${username}`, role, username })),
    ),
    ...permissions.map((permission): Item => {
      const { role, namespace, action } = permission;
      return { ...all, kind: 'permission', name: `permission ${action} of ${role} on ${namespace}`, permission };
    }),
    ...configurations.map((one) => configurationItem(one, all.overwrite)),
  ];
}

function configurationItem(declared: DeclaredConfiguration, overwrite: boolean): Item {
  const { namespace, group, dataId, type = typeOf(dataId), content, contentFrom, policy } = declared;
  return {
    kind: 'configuration',
    name: `configuration ${namespace}/${group}/${dataId}`,
    overwrite: policy ? policy === 'Overwrite' : overwrite,
    configuration: { namespace, group, dataId, type },
    content: { content, contentFrom },
  };
}

/** By the end of its name; what is not known there is text. */
function typeOf(dataId: string): string {
  const end = dataId.slice(dataId.lastIndexOf('.') + 1);
  return end === 'yml' ? 'yaml' : ['json', 'xml', 'yaml', 'html', 'properties'].includes(end) ? end : 'text';
}
