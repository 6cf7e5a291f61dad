import { templateThatRuns } from '../pods/pods.js';
import type { View } from '../view.js';
import { dataOf } from './marks.js';

/**
 * Of the names that members have to Raft, in what runs or in what their claims say; undefined where nothing says it.
 */
export function domainOfMembers({ instance, observed }: Pick<View, 'instance' | 'observed'>): string | undefined {
  const containers = templateThatRuns(observed)?.spec?.containers;
  const server = containers?.find(({ name }) => name === instance.names.container);
  const live = server?.env?.find(({ name }) => name === 'NACOS_SERVER_IP')?.value?.replace('$(POD_NAME).', '');
  return live ?? dataOf(observed.volumes.claims)?.domain;
}
