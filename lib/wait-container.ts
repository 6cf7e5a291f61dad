import { Size } from 'cdk8s';
import type { PlusContainer } from './plus-types.js';
import { asWritten } from './render/environment.js';

/** What a container that waits for a Nacos may be given. */
export interface NacosWaitContainerProps {
  /** Image with `sh`, and `curl` or `wget`. @default that of the servers, which is in the registry anyway */
  readonly image?: string;
  /** @default wait-for-<name of the instance> */
  readonly name?: string;
}

/**
 * By the Service alone: it selects ready servers, and none before they have an administrator and their initial data.
 */
const wait = `until curl -sf -m 5 -o /dev/null "$0" || wget -q -T 5 -O /dev/null "$0"; do
  echo "waiting for $0"
  sleep 2
done 2> /dev/null
`;

/** An init container that ends as soon as `url` answers 200; the Pod Security Standard "restricted" accepts it. */
export function waitContainer(name: string, image: string, url: string): PlusContainer {
  return {
    name,
    image,
    command: ['sh', '-c', wait, asWritten(url)],
    resources: {
      cpu: { request: { amount: '10m' }, limit: { amount: '100m' } },
      memory: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
    },
    securityContext: {
      ensureNonRoot: true,
      user: 1000,
      group: 1000,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL' as never] },
      seccompProfile: { type: 'RuntimeDefault' as never },
    },
  };
}
