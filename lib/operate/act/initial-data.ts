import type { Instance } from '../../resource/resolve.js';
import { ServerData } from '../../server/data.js';
import type { ActContext } from '../act.js';
import { type Item, itemsOf } from '../initial-data/items.js';
import { contentOf, type Source, secretKey } from '../initial-data/sources.js';
import type { SeedData } from '../plan/initial-data.js';
import { authenticationSecret, serverIn } from './server.js';

/** One that the server refuses does not keep the others from being written. */
export async function seedData({ pod, items }: SeedData, instance: Instance, context: ActContext): Promise<void> {
  const { authentication, spec } = instance;
  if (!spec.initialData) return;
  const secret = authentication.identitySecret ? await authenticationSecret(instance, context) : undefined;
  const server = new ServerData(await serverIn(pod, instance, secret, context), context.signal);
  const failures: string[] = [];
  for (const item of itemsOf(spec.initialData).filter(({ name }) => items.includes(name))) {
    await write(item, server, instance, context).catch((error: Error) => failures.push(error.message));
  }
  if (failures.length > 0) throw new Error(failures.join('; '));
}

async function write(item: Item, server: ServerData, { namespace }: Instance, context: ActContext): Promise<void> {
  switch (item.kind) {
    case 'namespace': {
      const exists = (await server.namespaces()).some(({ id }) => id === item.namespace.id);
      return exists ? server.changeNamespace(item.namespace) : server.createNamespace(item.namespace);
    }
    case 'user':
      return server.createUser(item.username, held(await secretKey(item.password, namespace, context)));
    case 'role':
      return server.addRole(item.role, item.username);
    case 'permission':
      return server.addPermission(item.permission);
    case 'configuration': {
      const content = held(await contentOf(item.content, namespace, context));
      return server.publish({ ...item.configuration, content });
    }
  }
}

function held(source: Source): string {
  if ('missing' in source) throw new Error(source.missing);
  return source.value;
}
