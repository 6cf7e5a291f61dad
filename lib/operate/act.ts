import { type ClusterWriter, Pod, Secret, type Stored } from 'cdk8s-reconciler';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { createAdministrator } from '../server/client.js';
import { generate, secretValue } from './credentials.js';
import { identity, serverAt } from './observe.js';
import type { NacosAction } from './plan.js';

type Context = ClusterWriter & { readonly signal: AbortSignal };

/** Carries out what `plan` asked for. Each effect can be repeated: what is there already stays. */
export async function act(action: NacosAction, nacos: NacosObject, context: Context): Promise<void> {
  const instance = resolve(nacos);
  const name = instance.authentication.identitySecret ?? '';
  const secret = await context.get(Secret, name, instance.namespace);
  if (!secret) throw new Error(`Secret ${name} is gone`);
  if (action.type === 'GenerateCredentials') await generateCredentials(secret, action.keys, context);
  else await setAdministrator(instance, secret, action.pod, context);
}

/** Only what is still missing on the API server: a value that somebody has put there meanwhile is theirs. */
async function generateCredentials(secret: Stored<Secret>, keys: readonly string[], context: Context): Promise<void> {
  const { name, namespace, resourceVersion } = secret.metadata;
  const missing = keys.filter((key) => !secret.data?.[key]);
  await context.patch(Secret, name, { metadata: { resourceVersion }, data: generate(missing) }, namespace);
}

async function setAdministrator(
  instance: Instance,
  secret: Stored<Secret>,
  name: string,
  context: Context,
): Promise<void> {
  const pod = await context.get(Pod, name, instance.namespace);
  const address = pod?.status?.podIP;
  if (!address) throw new Error(`Pod ${name} has no address any more`);
  const password = secretValue(secret, 'administratorPassword');
  if (!password) throw new Error(`Secret ${secret.metadata.name} has no key administratorPassword any more`);
  const server = serverAt(instance, address, await identity(instance, secret, context));
  await createAdministrator(server, password, context.signal);
}
