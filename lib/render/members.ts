import type { ConfigMap } from 'kubernetes-types/core/v1.js';
import type { Cluster, Instance } from '../resource/resolve.js';
import { metadata } from './metadata.js';

/** Where the pods see the list. */
export const membersFolder = '/home/nacos/members';

/**
 * The list of members. It is not in the pod template, so that another member restarts no pod, and this ConfigMap is the
 * only place that is written, so that two writers can't mix their lists (alibaba/nacos#15747). Why so:
 * docs/design/members.md.
 */
export function members(instance: Instance, { members }: Cluster): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(instance, instance.names.members),
    data: { 'cluster.conf': members.map((member) => `${member}\n`).join('') },
  };
}

/**
 * Starts a member with the list as it is now, and hands on every later one. The image's start script writes
 * conf/cluster.conf from NACOS_SERVERS; Nacos watches its folder for that name, so the new list is moved there in one
 * step.
 */
export const startMember = `list=${membersFolder}/cluster.conf
NACOS_SERVERS="$(cat "$list")"
export NACOS_SERVERS
(
  seen="$(printf '%s\\n' "$NACOS_SERVERS" | cksum)"
  while sleep 2; do
    now="$(cksum < "$list")"
    if [ "$now" != "$seen" ]; then
      cp "$list" conf/.members && mv conf/.members conf/cluster.conf && seen="$now"
    fi
  done
) &
if command -v bash > /dev/null; then exec bash bin/docker-startup.sh; fi
exec sh bin/docker-startup.sh
`;
