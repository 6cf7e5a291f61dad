import { ApiObject } from 'cdk8s';
import { k8s, ServiceAccount } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Controller } from '../controller.js';
import { eventRules, type PolicyRule, policyRules } from './roles.js';
import { clusterScoped } from './scope.js';
import type { Settings } from './settings.js';

/** The ServiceAccount, a set of roles for each controller, and the Role for leader election. */
export function accessControl(scope: Construct, settings: Settings): void {
  const { name, namespace, labels } = settings;
  new ServiceAccount(scope, 'service-account', { metadata: { name, namespace, labels }, automountToken: false });
  for (const controller of settings.controllers) controllerRoles(scope, settings, controller);
  if (settings.ha) role(scope, settings, `${name}-election`, namespace, electionRules(name));
}

function controllerRoles(scope: Construct, settings: Settings, controller: Controller): void {
  const { namespaced, cluster } = policyRules(controller);
  const name = `${settings.name}-${controller.resource.plural}.${controller.resource.group}`;
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
  new ApiObject(scope, `role-${id}`, k8s.KubeRole.manifest({ metadata, rules: wire(rules) }));
  new ApiObject(
    scope,
    `role-binding-${id}`,
    k8s.KubeRoleBinding.manifest({ metadata, roleRef: roleRef('Role', name), subjects: subjects(settings) }),
  );
}

function clusterRole(scope: Construct, settings: Settings, name: string, rules: readonly PolicyRule[]): void {
  if (rules.length === 0) return;
  const metadata = { name, labels: settings.labels };
  const manifests = [
    k8s.KubeClusterRole.manifest({ metadata, rules: wire(rules) }),
    k8s.KubeClusterRoleBinding.manifest({
      metadata,
      roleRef: roleRef('ClusterRole', name),
      subjects: subjects(settings),
    }),
  ];
  for (const manifest of manifests) clusterScoped(new ApiObject(scope, `${manifest.kind}-${name}`, manifest));
}

function roleRef(kind: 'Role' | 'ClusterRole', name: string): k8s.RoleRef {
  return { apiGroup: 'rbac.authorization.k8s.io', kind, name };
}

function subjects({ name, namespace }: Settings): k8s.Subject[] {
  return [{ kind: 'ServiceAccount', name, namespace }];
}

function wire(rules: readonly PolicyRule[]): k8s.PolicyRule[] {
  return rules.map((rule) => ({
    apiGroups: [...rule.apiGroups],
    resources: [...rule.resources],
    verbs: [...rule.verbs],
    ...(rule.resourceNames && { resourceNames: [...rule.resourceNames] }),
  }));
}
