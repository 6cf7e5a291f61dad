/**
 * The declaration: what `import … from 'cdk8s-reconciler'` gives. It needs neither cdk8s nor a cluster.
 *
 * @module
 */

export type { ClusterReader, ClusterWriter, DeleteOptions } from './cluster.js';
export {
  type ActContext,
  type Action,
  type Children,
  type ConditionStatement,
  type Controller,
  type ControllerOptions,
  controller,
  type EventNote,
  type GeneratedSecret,
  type Kinds,
  type ObserveContext,
  type Permission,
  type ReadKind,
  type ReadKinds,
  reading,
  type StatusOf,
  type Verb,
} from './controller.js';
export { TerminalError } from './errors.js';
export { inRegistry } from './image.js';
export {
  ConfigMap,
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  type Kind,
  kind,
  LimitRange,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  ResourceQuota,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from './kinds.js';
export {
  containerPorts,
  disruptionBudget,
  expose,
  manifest,
  restricted,
  volumeClaim,
  type Workload,
  workload,
} from './manifests.js';
export {
  findMembers,
  type ListedMember,
  type Member,
  type MemberAnswer,
  type MemberApi,
  type MemberChange,
  type MemberSet,
  type MemberStatus,
  memberSet,
  memberStatus,
  missingMembers,
  nextMemberChange,
} from './members.js';
export type { KubernetesObject, Stored } from './object.js';
export { parseQuantity } from './quantity.js';
export type { Readiness } from './readiness.js';
export {
  type CommonStatus,
  type Condition,
  type CustomResource,
  type ObjectOf,
  type Resource,
  resource,
} from './resource.js';
export type { Column, ResourceOptions, Rule, Scale } from './resource-options.js';
export { type PodsInQuota, resourceQuota } from './resource-quota.js';
