import type { Construct } from 'constructs';
import type { ServiceAccount } from 'kubernetes-types/core/v1.js';
import type { Role, RoleBinding, RoleRef, Subject } from 'kubernetes-types/rbac/v1.js';
import type { Controller } from '../controller.js';
import { roleName } from '../role-name.js';
import { eventRules, type PolicyRule, policyRules } from './roles.js';
import { add, clusterScoped } from './scope.js';
import type { Settings } from './settings.js';

/** The ServiceAccount, a set of roles for each controller, and the Role for leader election. */
export function accessControl(scope: Construct, settings: Settings): void {
  const { name, namespace, labels } = settings;
  add(scope, 'service-account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels },
    automountServiceAccountToken: false,
  } as ServiceAccount);
  for (const controller of settings.controllers) controllerRoles(scope, settings, controller);
  if (settings.ha) role(scope, settings, `${name}-election`, namespace, electionRules(name));
}

function controllerRoles(scope: Construct, settings: Settings, controller: Controller): void {
  const { namespaced, cluster } = policyRules(controller);
  const name = roleName(settings.name, controller.resource);
  for (const namespace of settings.watchNamespaces ?? []) role(scope, settings, name, namespace, namespaced);
  // Events about what is in no namespace are kept there.
  const isElsewhere = settings.watchNamespaces?.includes('default') === false && !controller.resource.namespaced;
  if (isElsewhere) role(scope, settings, name, 'default', eventRules);
  clusterRole(scope, settings, name, settings.watchNamespaces ? cluster : [...cluster, ...namespaced]);
}

/** Create can't be limited to a name: when it is authorized, the name is not known. */
function electionRules(lease: string): PolicyRule[] {
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...leases, verbs: ['create'] },
    { ...leases, verbs: ['get', 'update'], resourceNames: [lease] },
  ];
}

function role(
  scope: Construct,
  settings: Settings,
  name: string,
  namespace: string,
  rules: readonly PolicyRule[],
): void {
  if (rules.length === 0) return;
  const metadata = { name, namespace, labels: settings.labels };
  const id = `${name}-${namespace}`;
  add(scope, `role-${id}`, { ...access('Role'), metadata, rules } as Role);
  const binding = { roleRef: roleRef('Role', name), subjects: subjects(settings) };
  add(scope, `role-binding-${id}`, { ...access('RoleBinding'), metadata, ...binding } as RoleBinding);
}

function clusterRole(scope: Construct, settings: Settings, name: string, rules: readonly PolicyRule[]): void {
  if (rules.length === 0) return;
  const metadata = { name, labels: settings.labels };
  const binding = { roleRef: roleRef('ClusterRole', name), subjects: subjects(settings) };
  for (const object of [
    { ...access('ClusterRole'), metadata, rules },
    { ...access('ClusterRoleBinding'), metadata, ...binding },
  ])
    clusterScoped(add(scope, `${object.kind}-${name}`, object));
}

function access(kind: string) {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind };
}

function roleRef(kind: 'Role' | 'ClusterRole', name: string): RoleRef {
  return { apiGroup: 'rbac.authorization.k8s.io', kind, name };
}

function subjects({ name, namespace }: Settings): Subject[] {
  return [{ kind: 'ServiceAccount', name, namespace }];
}
