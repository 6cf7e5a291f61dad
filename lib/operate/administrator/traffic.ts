import type { Service } from 'cdk8s-reconciler/kinds';
import { portsOf } from '../../render/effective.js';
import { clientTraffic, trafficLabel } from '../../render/pod.js';
import { isGated } from '../../render/render.js';
import { isClosed } from '../../render/services.js';
import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import type { View } from '../view.js';

/**
 * What the servers that answer say of an administrator; undefined while none says anything. `unknown`: there is one,
 * and no password of the Secrets is the administrator's.
 */
export function administratorIn({ members, login, credentials }: Observed): Administrator | undefined {
  const servers = members.flatMap(({ server }) => (server?.reachable ? [server] : []));
  if (login?.takes === 'default' || servers.some(({ administratorMissing }) => administratorMissing)) return 'missing';
  if (servers.some(({ usersElsewhere }) => usersElsewhere)) return 'set';
  if (credentials?.administratorPassword) return login && (login.takes === 'none' ? 'unknown' : 'set');
  return login || servers.some(({ administratorMissing }) => administratorMissing === false) ? 'set' : undefined;
}

type Administrator = 'set' | 'missing' | 'unknown';

/**
 * Whether the Services for clients select servers. A gate that only opens: the live Service shows that clients were let
 * in, and closes again only when a server says that the administrator that this operator has set is gone with its data.
 * Whatever else is wrong, in Secrets, the status, the network or the initial data, leaves it open.
 *
 * @param version the version that all servers have reached, if any has run
 * @param filled whether the initial data is there
 */
export function isOpen(instance: Instance, observed: Observed, version: string | undefined, filled: boolean): boolean {
  const { clientService, credentials } = observed;
  const secured = instance.authentication.identitySecret !== undefined;
  const administrator = secured ? administratorIn(observed) : 'set';
  const hasRun = !hasNeverRun(observed, version);
  if (!isGated(instance)) return true;
  if (clientService && hasRun && !isClosed(clientService))
    return administrator !== 'missing' || credentials?.currentAdministratorPassword === undefined;
  return administrator === 'set' && filled;
}

/**
 * Whether there has been no server yet that clients could have used, as where authentication is switched on before the
 * first one runs. A pod that ended before, or is older than its StatefulSet, shows that there were servers, whatever
 * was recorded.
 */
function hasNeverRun({ statefulSet, members }: Observed, version: string | undefined): boolean {
  const made = Date.parse(statefulSet?.metadata.creationTimestamp ?? '');
  const hasRun = members.some(({ ready, restarts, created }) => ready || restarts || (created && created < made));
  return statefulSet !== undefined && version === undefined && !hasRun;
}

/** Pods of before there was the label would lose their clients. A Service that is to have none closes at once. */
export function labelObstacle({ spec }: Service, { members }: Observed): string | undefined {
  if (spec?.selector?.[trafficLabel] !== clientTraffic[trafficLabel]) return undefined;
  const without = members.find(({ unlabelled }) => unlabelled);
  return without ? `waits until pod ${without.pod} has the label ${trafficLabel}` : undefined;
}

/**
 * A Service leads to servers as they are: where these must not become what the spec says, it stays as it is too, but
 * for whether it lets clients in.
 *
 * @param obstacle why the StatefulSet must not change
 */
export function refusalObstacle(
  child: Service,
  live: Service | undefined,
  obstacle: string | undefined,
): string | undefined {
  return live && isClosed(live) === isClosed(child) ? obstacle : undefined;
}

/**
 * A Service leads to another port of servers once most listen there: before their pods are replaced they do not, and
 * they may never be.
 */
export function portsObstacle(
  child: Service,
  live: Service | undefined,
  { instance, observed: { members } }: Pick<View, 'instance' | 'observed'>,
): string | undefined {
  if (!live || isClosed(live) !== isClosed(child)) return undefined;
  const former = targetsOf(live);
  // On any other a container beside the server may listen.
  const own: readonly unknown[] = Object.values(portsOf(instance));
  const added = targetsOf(child).filter((port) => own.includes(port) && !former.includes(port));
  const ready = members.filter(({ ready, ports }) => ready && ports);
  const elsewhere = ready.filter(({ ports }) => added.some((port) => !ports?.includes(Number(port))));
  const [first] = elsewhere;
  if (!first || elsewhere.length * 2 <= ready.length) return undefined;
  return `waits until servers listen on port ${added.join(' and ')}; ${first.pod} does not yet`;
}

function targetsOf({ spec }: Service) {
  return spec?.ports?.map(({ port, targetPort = port }) => targetPort) ?? [];
}
