import { type ApiObject, Chart, JsonPatch } from 'cdk8s';

/** A chart stamps its namespace on every object, also on those that have none. */
export function clusterScoped(object: ApiObject): ApiObject {
  if (Chart.of(object).namespace) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return object;
}
