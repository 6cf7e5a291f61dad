/**
 * `cdk8s-reconciler/kinds`: the kinds of Kubernetes, for `owns`, `reads` and requests; each is a type too. Others are
 * declared by `kind`.
 *
 * @module
 */

export type { Readiness } from '../readiness.js';
export {
  ConfigMap,
  CronJob,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
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
