import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** An instance, as far as others of the same app can be in its way. */
interface Neighbour extends IConstruct {
  readonly instanceName: string;
  readonly namespace?: string;
  readonly objects: readonly ApiObject[];
  /** Names of its Services, also of those that the operator makes. */
  readonly serviceNames: readonly string[];
  /** Node ports by the prop that asks for them. */
  readonly nodePorts: ReadonlyMap<string, number>;
}

/**
 * Why `own` cannot be beside the rest of its app, or undefined.
 *
 * @param chart its chart: all of that is taken to be for one cluster
 */
export function conflict(own: Neighbour, chart: IConstruct, isInstance: (one: IConstruct) => one is Neighbour) {
  const all = own.node.root.node.findAll().filter((one) => !one.node.scopes.includes(own));
  const instances = all.filter(isInstance);
  return (
    nameConflict(own, instances) ??
    objectConflict(
      own,
      all.filter((one) => one instanceof ApiObject),
    ) ??
    portConflict(
      own,
      instances.filter((one) => one.node.scopes.includes(chart)),
    )
  );
}

function nameConflict(own: Neighbour, instances: readonly Neighbour[]): string | undefined {
  const { instanceName, namespace, serviceNames } = own;
  for (const other of instances.filter((one) => one.namespace === namespace)) {
    const taken = `name: ${instanceName}`;
    if (other.instanceName === instanceName)
      return `${taken} is taken by ${other.node.path} in the same namespace; give one of them another name`;
    const service = serviceNames.find((name) => other.serviceNames.includes(name));
    if (service) return `${taken} makes a Service ${service}, which ${other.node.path} makes too; choose another name`;
  }
  return undefined;
}

/** Another object that is one of ours: the last one applied would win. */
function objectConflict(own: Neighbour, objects: readonly ApiObject[]): string | undefined {
  const ours = new Set(own.objects.map(identity));
  const other = objects.find((object) => ours.has(identity(object)));
  if (!other) return undefined;
  return `name: ${own.instanceName} makes a ${other.kind} ${other.name}, which ${other.node.path} is already; choose another name`;
}

function portConflict(own: Neighbour, instances: readonly Neighbour[]): string | undefined {
  for (const other of instances) {
    const taken = new Set(other.nodePorts.values());
    const [prop, port] = [...own.nodePorts].find(([, number]) => taken.has(number)) ?? [];
    if (prop) return `${prop}: ${port}: is taken by ${other.node.path}; choose another`;
  }
  return undefined;
}

function identity({ apiGroup, kind, name, metadata }: ApiObject): string {
  return [apiGroup, kind, metadata.namespace, name].join('/');
}
