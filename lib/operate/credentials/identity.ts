import { effectiveOf } from '../../render/effective.js';
import { versionAnnotation } from '../../render/pod.js';
import type { Instance } from '../../resource/resolve.js';
import { profileOf } from '../../server/profiles.js';
import { parseVersion } from '../../server/version.js';
import type { Observed } from '../observed.js';
import type { CredentialProblem } from './problem.js';

/** Annotation of a StatefulSet: revision of the identity that its members have. */
export const identityAnnotation = 'nacos.io/identity-revision';

/**
 * From 3.2.4 on a member with another identity is refused by all others on Raft: members cannot take one after the
 * other (nacos: NacosJRaftServerInterceptor.java). So nothing is changed until the former identity is back, or all have
 * the new one, as after all pods were deleted together.
 */
export function identityChange(
  instance: Instance,
  { statefulSet, secrets, members }: Observed,
): CredentialProblem | undefined {
  const annotations = statefulSet?.metadata.annotations ?? {};
  const runs = parseVersion(annotations[versionAnnotation] ?? '');
  const inRaft = instance.profile.identityInRaft || (runs && profileOf(runs).identityInRaft);
  if (instance.servers.mode !== 'cluster' || !inRaft || !statefulSet || !secrets.identity) return undefined;
  const former = annotations[identityAnnotation];
  const rejects = members.some(({ server }) => server?.reachable && server.refused);
  if (former === undefined ? !rejects : former === secrets.identity) return undefined;
  const { administration, identityKey, identityValue } = effectiveOf(instance).authentication;
  // Where it asks for no identity, an answer proves nothing.
  const asks = administration === true;
  if (asks && members.every(({ server }) => server?.reachable && !server.refused)) return undefined;
  const labels = Object.entries(instance.selector).map(([name, value]) => `${name}=${value}`);
  const together =
    asks && identityKey.from && identityValue.from
      ? `, or, in a quiet hour and with volumes, restart all together: kubectl delete pod -n ${instance.namespace} -l ${labels.join(',')}`
      : '';
  const message = `members would get another identity than they have, and with two of them refuse each other on Raft; put the former one back${together}`;
  return { reason: 'IdentityChanged', message };
}
