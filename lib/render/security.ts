import type { PodSecurityContext, SecurityContext } from 'kubernetes-types/core/v1.js';
import type { NacosSpec } from '../resource/spec.js';
import { overlay } from './overlay.js';

/** Whether the servers run without rights: as the user of this project, or as one that the namespace assigns. */
export function isRestricted({ podSecurity }: Pick<NacosSpec, 'podSecurity'>): boolean {
  return podSecurity === 'restricted' || podSecurity === 'restricted-any-user';
}

/**
 * OpenShift gives each namespace a range of user ids, and refuses fixed ones (SecurityContextConstraints
 * restricted-v2).
 */
function hasFixedUser({ podSecurity }: NacosSpec): boolean {
  return podSecurity !== 'restricted-any-user';
}

export function restrictedUser(spec: NacosSpec): SecurityContext {
  return {
    runAsNonRoot: true,
    ...(hasFixedUser(spec) && { runAsUser: 1000, runAsGroup: 1000 }),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** What the Pod Security Standard "restricted" asks for; also what every pod of our own gets. */
export function restrictedPod(spec: NacosSpec): PodSecurityContext {
  const user = restrictedUser(spec) as PodSecurityContext;
  return { ...user, ...(hasFixedUser(spec) && { fsGroup: 1000, fsGroupChangePolicy: 'OnRootMismatch' }) };
}

export const restrictedContainer: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/**
 * Security contexts of the servers. The official image is made to run as root, so that is what it does unless asked
 * otherwise.
 */
export function security(spec: NacosSpec): { pod?: PodSecurityContext; container?: SecurityContext } {
  const restricted = isRestricted(spec);
  return {
    pod: layers(restricted && restrictedPod(spec), spec.podSecurityContext),
    container: layers(restricted && restrictedContainer, spec.securityContext),
  };
}

function layers<T extends object>(base: T | false, over: T | undefined): T | undefined {
  return base ? overlay(base, over ?? {}) : over;
}
