import { ApiObject, type ApiObjectProps, Chart, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubernetesObject } from '../object.js';

/**
 * Puts an object on the chart as it is. Typed constructs would drop fields that their version of Kubernetes does not
 * know.
 */
export function add(scope: Construct, id: string, object: KubernetesObject): ApiObject {
  return new ApiObject(scope, id, JSON.parse(JSON.stringify(object)) as ApiObjectProps);
}

/** A chart stamps its namespace on every object, also on those that have none. */
export function clusterScoped(object: ApiObject): ApiObject {
  if (Chart.of(object).namespace) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return object;
}
