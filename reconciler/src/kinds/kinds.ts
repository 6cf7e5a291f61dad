import type * as apps from 'kubernetes-types/apps/v1.js';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import type * as batch from 'kubernetes-types/batch/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import type * as networking from 'kubernetes-types/networking/v1.js';
import type * as policy from 'kubernetes-types/policy/v1.js';
import type * as rbac from 'kubernetes-types/rbac/v1.js';
import { kind } from '../kind.js';
import * as readiness from '../readiness.js';

export type ConfigMap = core.ConfigMap;
export const ConfigMap = kind<ConfigMap>('v1', 'ConfigMap');
export type CronJob = batch.CronJob;
export const CronJob = kind<CronJob>('batch/v1', 'CronJob');
export type DaemonSet = apps.DaemonSet;
export const DaemonSet = kind<DaemonSet>('apps/v1', 'DaemonSet', { ready: readiness.daemonSetReadiness });
export type Deployment = apps.Deployment;
export const Deployment = kind<Deployment>('apps/v1', 'Deployment', {
  ready: readiness.deploymentReadiness,
  replicasPath: '.spec.replicas',
});
export type HorizontalPodAutoscaler = autoscaling.HorizontalPodAutoscaler;
export const HorizontalPodAutoscaler = kind<HorizontalPodAutoscaler>('autoscaling/v2', 'HorizontalPodAutoscaler');
export type Ingress = networking.Ingress;
export const Ingress = kind<Ingress>('networking.k8s.io/v1', 'Ingress', { plural: 'ingresses' });
export type Job = batch.Job;
export const Job = kind<Job>('batch/v1', 'Job', { ready: readiness.jobReadiness });
export type LimitRange = core.LimitRange;
export const LimitRange = kind<LimitRange>('v1', 'LimitRange');
export type Namespace = core.Namespace;
export const Namespace = kind<Namespace>('v1', 'Namespace', { namespaced: false });
export type NetworkPolicy = networking.NetworkPolicy;
export const NetworkPolicy = kind<NetworkPolicy>('networking.k8s.io/v1', 'NetworkPolicy', {
  plural: 'networkpolicies',
});
export type PersistentVolumeClaim = core.PersistentVolumeClaim;
export const PersistentVolumeClaim = kind<PersistentVolumeClaim>('v1', 'PersistentVolumeClaim', {
  ready: readiness.claimReadiness,
});
export type Pod = core.Pod;
export const Pod = kind<Pod>('v1', 'Pod', { ready: readiness.podReadiness });
export type PodDisruptionBudget = policy.PodDisruptionBudget;
export const PodDisruptionBudget = kind<PodDisruptionBudget>('policy/v1', 'PodDisruptionBudget');
export type ResourceQuota = core.ResourceQuota;
export const ResourceQuota = kind<ResourceQuota>('v1', 'ResourceQuota');
export type Role = rbac.Role;
export const Role = kind<Role>('rbac.authorization.k8s.io/v1', 'Role');
export type RoleBinding = rbac.RoleBinding;
export const RoleBinding = kind<RoleBinding>('rbac.authorization.k8s.io/v1', 'RoleBinding');
export type Secret = core.Secret;
export const Secret = kind<Secret>('v1', 'Secret');
export type Service = core.Service;
export const Service = kind<Service>('v1', 'Service');
export type ServiceAccount = core.ServiceAccount;
export const ServiceAccount = kind<ServiceAccount>('v1', 'ServiceAccount');
export type StatefulSet = apps.StatefulSet;
export const StatefulSet = kind<StatefulSet>('apps/v1', 'StatefulSet', {
  ready: readiness.statefulSetReadiness,
  replicasPath: '.spec.replicas',
});
