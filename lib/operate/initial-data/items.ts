import type { InitialData } from '../../resource/initial-data.js';
import type { Item } from '../observed-item.js';

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
