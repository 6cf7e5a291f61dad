/** Longer fields first. */
const propNames: Readonly<Record<string, string>> = {
  'metadata.name': 'name',
  'spec.replicas': 'replicas',
  'spec.version': 'version',
  'spec.image': 'image',
  'spec.imagePullSecrets': 'imagePullSecrets',
  'spec.mysqlInitImage': 'database.clientImage',
  'spec.resources': 'resources',
  'spec.volume.requests.storage': 'volume.size',
  'spec.volume': 'volume',
  'spec.service.nodePorts.http': 'service.nodePort',
  'spec.service.nodePorts': 'service.nodePort',
  'spec.service': 'service',
  'spec.console': 'console',
  'spec.endpoints': 'endpoints',
  'spec.certification': 'authentication',
  'spec.config': 'config',
  'spec.env': 'env',
  'spec.initialData.policy': 'initialData.overwrite',
  'spec.initialData': 'initialData',
  'spec.clusterDomain': 'clusterDomain',
  'spec.database.mysqlHost': 'database.host',
  'spec.database.mysqlPort': 'database.port',
  'spec.database.mysqlDb': 'database.name',
  'spec.database': 'database',
};

/** Which prop a field of the object comes from, so that an error can speak of the prop. */
export function propOf(path: string): string {
  const field = Object.keys(propNames).find((known) => path === known || path.startsWith(`${known}.`));
  return field ? path.replace(field, propNames[field]!) : path.replace('spec.', 'overrides.');
}
