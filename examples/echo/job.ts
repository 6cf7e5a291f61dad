import { restricted } from 'cdk8s-reconciler/kit';
import type { JobSpec } from 'kubernetes-types/batch/v1.js';

/** What prints `message`: as an argument, so no shell reads it. */
export function printing({ message, image }: { readonly message: string; readonly image: string }): JobSpec {
  // Kubernetes replaces $(NAME) in a command, and $$ by $
  // (kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container).
  const command = ['printf', '%s\\n', message.replaceAll('$', () => '$$')];
  const pod = restricted({ restartPolicy: 'Never', containers: [{ name: 'echo', image, command }] });
  return { template: { spec: pod } };
}
