import { Pod } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { exchange } from '../../server/exchange.js';
import type { ActContext } from '../act.js';
import type { RefreshConfigurations } from '../plan/configurations.js';
import { containerStatus, refreshedAnnotation } from '../pods.js';
import { authenticationSecretIfAny, serverIn } from './server.js';

/** Once for each start of a server, also where it refuses: a server that can't do it is no reason to wait with anything else. */
export async function refreshConfigurations({ pods }: RefreshConfigurations, instance: Instance, context: ActContext) {
  const { names, namespace } = instance;
  const secret = await authenticationSecretIfAny(instance, context);
  for (const name of pods) {
    const pod = await context.get(Pod, name, namespace);
    const startedAt = pod && containerStatus(pod, names.container)?.state?.running?.startedAt;
    if (!startedAt) continue;
    const server = await serverIn(name, instance, secret, context);
    const { status } = await exchange(server, { method: 'POST', path: server.api.refresh }, context.signal);
    await context.patch(Pod, name, { metadata: { annotations: { [refreshedAnnotation]: startedAt } } }, namespace);
    if (status !== 200) throw new Error(`${name} does not compare its configurations: HTTP ${status}`);
  }
}
