import type { Stored } from 'cdk8s-reconciler';
import type { NacosObject } from '../resource/nacos.js';
import type { Cluster } from './cluster.js';
import { UserError } from './manifests.js';
import { table } from './table.js';

/**
 * A line for each instance, or all that is known of one.
 *
 * @throws UserError if there is none of that name, or the API server refuses
 */
export async function status(
  cluster: Cluster,
  name: string | undefined,
  namespace: string | undefined,
): Promise<string> {
  if (name === undefined) {
    const instances = await cluster.instances(namespace);
    return instances.length > 0
      ? table(instances.map(line))
      : `no Nacos ${namespace ? `in ${namespace}` : 'anywhere'}\n`;
  }
  const nacos = await cluster.instance(name, namespace ?? 'default');
  if (!nacos) throw new UserError(`there is no Nacos ${name} in ${namespace ?? 'default'}; -n names another namespace`);
  const { members = [], conditions = [] } = nacos.status ?? {};
  const parts = [
    [line(nacos)],
    members.map(({ pod, state = '', version = '', leaderOf = [] }) => ({
      member: pod,
      state,
      version,
      leads: leaderOf.join(','),
    })),
    conditions.map(({ type, status, reason = '', message = '' }) => ({ condition: type, status, reason, message })),
  ];
  return parts
    .filter((rows) => rows.length > 0)
    .map((rows) => table(rows))
    .join('\n');
}

function line({ metadata, spec, status }: Stored<NacosObject>): Record<string, string> {
  const replicas = spec.replicas ?? (spec.type === 'cluster' ? 3 : 1);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    state: `${metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? '')}${spec.paused ? ' (paused)' : ''}`,
    servers: `${status?.readyReplicas ?? 0}/${replicas}`,
    type: spec.type || 'standalone',
    database: spec.database.type || 'embedded',
    version: status?.version ?? '',
  };
}
