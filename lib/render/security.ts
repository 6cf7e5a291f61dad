import type { PodSecurityContext, SecurityContext } from 'kubernetes-types/core/v1.js';
import type { NacosSpec } from '../resource/spec.js';
import { overlay } from './overlay.js';

export const restrictedUser = {
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 1000,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** What the Pod Security Standard "restricted" asks for; also what every pod of our own gets. */
export const restrictedPod: PodSecurityContext = {
  ...restrictedUser,
  fsGroup: 1000,
  fsGroupChangePolicy: 'OnRootMismatch',
};

export const restrictedContainer: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/**
 * Security contexts of the servers. The official image is made to run as root, so that is what it does unless asked
 * otherwise.
 */
export function security(spec: NacosSpec): { pod?: PodSecurityContext; container?: SecurityContext } {
  const restricted = spec.podSecurity === 'restricted';
  return {
    pod: layers(restricted && restrictedPod, spec.podSecurityContext),
    container: layers(restricted && restrictedContainer, spec.securityContext),
  };
}

function layers<T extends object>(base: T | false, over: T | undefined): T | undefined {
  return base ? overlay(base, over ?? {}) : over;
}
