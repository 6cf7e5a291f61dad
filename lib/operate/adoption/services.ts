import type { KubernetesObject } from 'cdk8s-reconciler';
import type { Service } from 'cdk8s-reconciler/kinds';
import { clientServiceName } from '../../render/services.js';
import type { View } from '../view.js';
import { isForeign } from './foreign.js';

/**
 * Why the Service for clients that another operator has made stays as it is: hands have made another type of it, and
 * clients outside would lose their way in. All else is only added.
 */
export function serviceObstacle({ spec, metadata }: Service, { nacos, instance, observed }: View): string | undefined {
  const { clientService: live } = observed;
  if (metadata?.name !== clientServiceName(instance) || !live || !isForeign(live, nacos)) return undefined;
  const { type = 'ClusterIP', ports = [] } = live.spec ?? {};
  if (type === spec?.type) return undefined;
  const found = ports.flatMap(({ port, nodePort }) => (nodePort ? [`${port} by node port ${nodePort}`] : []));
  const list = found.length > 0 ? ` (${found.join(', ')})` : '';
  return `spec.service: Service ${live.metadata.name} is of type ${type}${list}, and stays as it is until spec.service says so: spec.service.type, and spec.service.nodePorts.http where clients use node ports`;
}

/**
 * The Service of another operator leads to servers that are not ready too. Taken back in words, since what is not
 * rendered would stay; once it is, the API server leaves the field out.
 */
export function onlyReady<T extends KubernetesObject>(child: T, { instance, observed }: View): T {
  const { clientService: live, members } = observed;
  const isIt = child.kind === 'Service' && child.metadata?.name === clientServiceName(instance);
  if (!isIt || !live?.spec?.publishNotReadyAddresses || !members.some(({ ready }) => ready)) return child;
  const { spec } = child as Service;
  return { ...child, spec: { ...spec, publishNotReadyAddresses: false } };
}
