import { Pod } from 'cdk8s-reconciler/kinds';
import type { Server } from '../../server/client.js';
import { exchange, reasonOf } from '../../server/exchange.js';
import type { Effect } from '../feature.js';
import { refreshedAnnotation } from '../pods/pods.js';
import { authenticationSecretIfAny, serverIn } from '../servers.js';
import type { RefreshConfigurations } from './feature.js';

/** Once each, also where a server does not do it: that is no reason to wait with anything else. */
export const refreshConfigurations: Effect<RefreshConfigurations> = async ({ pods, running }, instance, context) => {
  const secret = await authenticationSecretIfAny(instance, context);
  const annotations = { [refreshedAnnotation]: running };
  for (const pod of pods) {
    const server = await serverIn(pod, instance, secret, context);
    const failure = await refresh(server, context.signal);
    await context.patch(Pod, pod, { metadata: { annotations } }, instance.namespace);
    if (failure) throw new Error(`${pod} does not compare its configurations with the database: ${failure}`);
  }
};

/** @returns why it does not do it, if so; 3.x answers 200 to that too (nacos: ConfigOpsControllerV3.java) */
function refresh(server: Server, signal: AbortSignal): Promise<string | undefined> {
  return exchange(server, { method: 'POST', path: server.api.refresh }, signal).then(({ status, code = 0 }) => {
    return status === 200 && [0, 200].includes(code) ? undefined : `HTTP ${status}, code ${code}`;
  }, reasonOf);
}
