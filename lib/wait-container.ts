import { Size } from 'cdk8s';
import type { ContainerProps } from 'cdk8s-plus-28';
import { asWritten } from './render/expansion.js';

/** What a container that waits for a Nacos may be given. */
export interface NacosWaitContainerProps {
  /** Image with `sh`, and `curl` or `wget`. @default that of the servers, which is in the registry anyway */
  readonly image?: string;
  /** @default wait-for-<name of the instance> */
  readonly name?: string;
}

/** By the Service alone: it selects ready servers, and nobody before they have an administrator and their initial data. */
const wait = `until curl -sf -m 5 -o /dev/null "$0" || wget -q -T 5 -O /dev/null "$0"; do
  echo "waiting for $0"
  sleep 2
done 2> /dev/null
`;

/** An init container that ends as soon as `url` answers 200; the Pod Security Standard "restricted" accepts it. */
export function waitContainer(name: string, image: string, url: string): ContainerProps {
  // Loaded where it is used: most apps don't, and it would be a quarter of the time that they take to synthesize.
  const plus = require('cdk8s-plus-28') as typeof import('cdk8s-plus-28');
  return {
    name,
    image,
    command: ['sh', '-c', wait, asWritten(url)],
    resources: {
      cpu: { request: plus.Cpu.millis(10), limit: plus.Cpu.millis(100) },
      memory: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
    },
    securityContext: {
      ensureNonRoot: true,
      user: 1000,
      group: 1000,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: [plus.Capability.ALL] },
      seccompProfile: { type: plus.SeccompProfileType.RUNTIME_DEFAULT },
    },
  };
}
