import { type ClusterWriter, Pod, Secret } from 'cdk8s-reconciler';
import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import { createAdministrator } from '../server/client.js';
import { generate, identityOf, secretValue } from './credentials.js';
import { serverAt } from './observe.js';
import type { NacosAction } from './plan.js';

/** Carries out what `plan` asked for. Each effect can be repeated: what is there already stays. */
export async function act(
  action: NacosAction,
  nacos: NacosObject,
  context: ClusterWriter & { readonly signal: AbortSignal },
): Promise<void> {
  const instance = resolve(nacos);
  const { namespace, authentication } = instance;
  const name = authentication.identitySecret!;
  const secret = await context.get(Secret, name, namespace);
  if (!secret) throw new Error(`Secret ${namespace}/${name} is gone`);
  if (action.type === 'GenerateCredentials') {
    // Only what is still missing on the server: a value that somebody has put there meanwhile is theirs.
    const keys = action.keys.filter((key) => !secret.data?.[key]);
    await context.patch(
      Secret,
      name,
      { metadata: { resourceVersion: secret.metadata.resourceVersion }, data: generate(keys) },
      namespace,
    );
    return;
  }
  const pod = await context.get(Pod, action.pod, namespace);
  const address = pod?.status?.podIP;
  if (!address) throw new Error(`Pod ${namespace}/${action.pod} has no address any more`);
  const password = secretValue(secret, 'administratorPassword');
  if (!password) throw new Error(`Secret ${namespace}/${name} has no key administratorPassword any more`);
  await createAdministrator(serverAt(instance, address, identityOf(secret)), password, context.signal);
}
