import type { KubernetesObject, Stored } from 'cdk8s-reconciler';
import type { Service } from 'cdk8s-reconciler/kinds';
import { clientServiceName } from '../../render/services.js';
import type { NacosObject } from '../../resource/nacos.js';
import type { Observed } from '../observed.js';
import type { View } from '../view.js';

/** Of each child that this operator has written: a digest of what it was. */
export const appliedAnnotation = 'nacos.io/applied';

/** Label of each child that this operator has written: see `Controller.label` of cdk8s-reconciler. */
const childLabel = 'nacos.io/managed-by';

/** Whether a live object was made for this Nacos by another program, and this operator has never written it. */
export function isForeign(object: Stored | undefined, { metadata: { uid } }: NacosObject): boolean {
  const controller = object?.metadata.ownerReferences?.find((owner) => owner.controller);
  return controller !== undefined && controller.uid === uid && !wasApplied(object);
}

/** By either mark: hands that take one away make nothing of this operator another one's. */
export function wasApplied(object: KubernetesObject | undefined): boolean {
  const { annotations, labels } = object?.metadata ?? {};
  return annotations?.[appliedAnnotation] !== undefined || labels?.[childLabel] !== undefined;
}

/**
 * Whether servers still run from pods that another operator made. Their list of members is in their environment, so
 * that only as many members as there are can be members.
 */
export function hasForeignPods({ members }: Pick<Observed, 'members'>): boolean {
  return members.some(({ fixedList, wipes }) => fixedList || wipes);
}

/**
 * Why the Service for clients that another operator has made stays as it is: hands have made another type of it, and
 * clients outside would lose their way in. All else is only added.
 */
export function serviceObstacle({ spec, metadata }: Service, { nacos, instance, observed }: View): string | undefined {
  const { clientService: live } = observed;
  if (metadata?.name !== clientServiceName(instance) || !live || !isForeign(live, nacos)) return undefined;
  return otherType(spec, live);
}

/** Why a Service that another operator has made stays as it is; undefined where it is of the type that is rendered. */
export function otherType(rendered: Service['spec'], live: Service): string | undefined {
  const { type = 'ClusterIP', ports = [] } = live.spec ?? {};
  if (type === (rendered?.type ?? 'ClusterIP')) return undefined;
  const found = ports.flatMap(({ port, nodePort }) => (nodePort ? [`${port} by node port ${nodePort}`] : []));
  const list = found.length > 0 ? ` (${found.join(', ')})` : '';
  return `spec.service: Service ${live.metadata?.name} is of type ${type}${list}, and stays as it is until spec.service says so: spec.service.type, and spec.service.nodePorts.http where clients use node ports`;
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
