import { Nacos } from '../resource/nacos.js';
import type { Manifest } from './policy.js';

/**
 * Roles for people; `view`, `edit` and `admin` of the cluster take them in
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac, "Aggregated ClusterRoles").
 */
export const roles: readonly Manifest[] = [
  role('view', ['get', 'list', 'watch']),
  role('edit', ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']),
  role('admin', ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']),
];

function role(name: string, verbs: readonly string[]): Manifest {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `nacos-${name}`, labels: { [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' } },
    rules: [{ apiGroups: [Nacos.group], resources: [Nacos.plural], verbs }],
  };
}
