import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';

const volumeTypes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/**
 * What the Pod Security Standard "restricted" does not let through
 * (kubernetes.io/docs/concepts/security/pod-security-standards).
 */
export function podSecurityViolations(containers: readonly Container[], pod: PodSpec): string[] {
  if (containers.length === 0) return [];
  const volumes = (pod.volumes ?? []).flatMap(({ name, ...source }) =>
    Object.keys(source).some((type) => !volumeTypes.has(type))
      ? [`volume ${name} is of a kind that is not allowed`]
      : [],
  );
  const host = [pod.hostNetwork, pod.hostPID, pod.hostIPC].includes(true) ? ['a namespace of the host is used'] : [];
  return [...host, ...volumes, ...containers.flatMap((container) => ofContainer(container, pod))];
}

function ofContainer({ name, securityContext: own = {}, ports = [] }: Container, pod: PodSpec): string[] {
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...pod.securityContext, ...own };
  const { add = [], drop = [] } = own.capabilities ?? {};
  const rules: readonly (readonly [boolean, string])[] = [
    [runAsNonRoot === true, 'may run as root'],
    [runAsUser !== 0, 'runs as root'],
    [['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? ''), 'has no seccomp profile'],
    [own.allowPrivilegeEscalation === false, 'may gain rights'],
    [own.privileged !== true, 'is privileged'],
    [drop.includes('ALL'), 'keeps capabilities'],
    [add.every((one) => one === 'NET_BIND_SERVICE'), 'adds capabilities'],
    [own.procMount === undefined || own.procMount === 'Default', 'has another /proc'],
    [ports.every(({ hostPort }) => !hostPort), 'has a port of the host'],
  ];
  return rules.filter(([kept]) => !kept).map(([, text]) => `container ${name} ${text}`);
}
