import type { ActContext } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { ServerData } from '../../server/data.js';
import { isUnanswered } from '../../server/exchange.js';
import type { Effect } from '../feature.js';
import type { Item } from '../observed-item.js';
import { authenticationSecret, serverIn } from '../servers.js';
import type { SeedData } from './feature.js';
import { contentOf, itemsOf, type Source, secretKey } from './observe.js';

/** One that the server refuses, which it does at once, does not keep the others from being written. */
export const seedData: Effect<SeedData> = async ({ pod, items, atOnce }, instance, context) => {
  const { authentication, spec } = instance;
  if (!spec.initialData) return;
  const secret = authentication.identitySecret ? await authenticationSecret(instance, context) : undefined;
  const server = new ServerData(await serverIn(pod, instance, secret, context), context.signal);
  const failures: Error[] = [];
  let counted = 0;
  for (const item of itemsOf(spec.initialData).filter(({ name }) => items.includes(name))) {
    if (counted === atOnce) break;
    const failure = await write(item, server, instance, context).catch((error: Error) => error);
    if (failure) failures.push(failure);
    if (!failure || isUnanswered(failure)) counted++;
  }
  if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join('; '));
};

async function write(item: Item, server: ServerData, { namespace }: Instance, context: ActContext): Promise<void> {
  switch (item.kind) {
    case 'namespace': {
      const exists = (await server.namespaces()).some(({ id }) => id === item.namespace.id);
      return exists ? server.changeNamespace(item.namespace) : server.createNamespace(item.namespace);
    }
    case 'user':
      return server.createUser(item.username, presentValue(await secretKey(item.password, namespace, context)));
    case 'role':
      return server.addRole(item.role, item.username);
    case 'permission':
      return server.addPermission(item.permission);
    case 'configuration': {
      const content = presentValue(await contentOf(item.content, namespace, context));
      return server.publish({ ...item.configuration, content });
    }
  }
}

function presentValue(source: Source): string {
  if ('missing' in source) throw new Error(source.missing);
  return source.value;
}
