import type { JobSpec } from 'kubernetes-types/batch/v1.js';

/** What prints `message`: as an argument, so no shell reads it. */
export function printing({ message, image }: { readonly message: string; readonly image: string }): JobSpec {
  const container = {
    name: 'echo',
    image,
    // Kubernetes replaces $(NAME) in a command, and $$ by $ (kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container).
    command: ['printf', '%s\\n', message.replaceAll('$', () => '$$')],
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  };
  const securityContext = { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } };
  return { template: { spec: { restartPolicy: 'Never', securityContext, containers: [container] } } };
}
