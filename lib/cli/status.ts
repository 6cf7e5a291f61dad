import type { Stored } from 'cdk8s-reconciler';
import type { NacosObject } from '../resource/nacos.js';
import type { Cluster } from './cluster.js';
import { UserError } from './manifests.js';
import type { Output } from './output.js';
import { table } from './table.js';

interface Options {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}

/**
 * A line for each instance, or all that is known of one.
 *
 * @throws UserError if there is none of that name, or the API server refuses
 */
export async function status(cluster: Cluster, name: string | undefined, options: Options): Promise<Output> {
  const namespace = options.namespace ?? cluster.namespace;
  if (name === undefined) {
    const instances = await cluster.instances(options.allNamespaces ? undefined : namespace);
    const rows = instances.map(line);
    const none = `no Nacos ${options.allNamespaces ? 'anywhere' : `in ${namespace}; -A looks in all namespaces`}\n`;
    return { text: rows.length > 0 ? table(rows) : none, data: rows };
  }
  const nacos = await cluster.instance(name, namespace);
  if (!nacos) throw new UserError(`there is no Nacos ${name} in ${namespace}; -n names another namespace`);
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
  const tables = parts.filter((rows) => rows.length > 0).map((rows) => table(rows));
  return { text: tables.join('\n'), data: { ...line(nacos), members, conditions } };
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
