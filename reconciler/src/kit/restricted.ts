import type * as core from 'kubernetes-types/core/v1.js';

/**
 * The pod under the Pod Security Standard "restricted" and with read-only root file systems. What it says itself stays.
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted)
 *
 * @param user that all containers run as, and their group, to which volumes belong. @default 65532, `nonroot` of
 * distroless images
 */
export function restricted(pod: core.PodSpec, user = 65_532): core.PodSpec {
  const contained = (container: core.Container): core.Container => ({
    ...container,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      ...container.securityContext,
    },
  });
  return {
    ...pod,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
      ...pod.securityContext,
    },
    ...(pod.initContainers && { initContainers: pod.initContainers.map(contained) }),
    containers: pod.containers.map(contained),
  };
}
