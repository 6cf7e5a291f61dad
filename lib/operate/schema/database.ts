import { environment } from '../../render/environment.js';
import type { View } from '../view.js';

/** Of a Nacos: the generation whose spec may name another database, since the same data is there. */
export const databaseAnnotation = 'nacos.io/database-moved';

const variables = ['MYSQL_SERVICE_HOST', 'MYSQL_SERVICE_PORT', 'MYSQL_SERVICE_DB_NAME'];

/**
 * Why servers that have run must not go to another database than their StatefulSet names: it may be an empty one, and
 * during the roll members would write to different ones. Whether the same data is there only a human can know.
 */
export function databaseObstacle({ nacos, instance, observed, version }: View): string | undefined {
  if (instance.database.type !== 'mysql' || !version) return undefined;
  const { generation, annotations = {}, name, namespace } = nacos.metadata;
  if (generation !== undefined && annotations[databaseAnnotation] === String(generation)) return undefined;
  const containers = observed.statefulSet?.spec?.template.spec?.containers;
  const live = containers?.find((one) => one.name === instance.names.container)?.env;
  const desired = environment(instance);
  const value = (variable: string, of: typeof desired = []) => of.find((one) => one.name === variable)?.value;
  const changed = variables.filter((one) => value(one, live) && value(one, desired) !== value(one, live));
  if (changed.length === 0) return undefined;
  const [former, next] = [live, desired].map((of) => changed.map((one) => value(one, of) ?? 'by reference').join(' '));
  const known = generation ?? `$(kubectl get nacos ${name} -n ${namespace} -o jsonpath={.metadata.generation})`;
  return `spec.database: servers use ${former}, and ${next} may hold other data, or none; set it back, or, once the same data is there, kubectl annotate nacos ${name} -n ${namespace} --overwrite ${databaseAnnotation}=${known}`;
}
