import { effectiveOf } from '../../render/effective.js';
import { versionAnnotation } from '../../render/pod.js';
import type { Settings } from '../../resource/effective/doors.js';
import { effective } from '../../resource/effective/effective.js';
import type { Instance } from '../../resource/resolve.js';
import { defaultVersion, parseVersion, versionOfImage } from '../../server/version.js';
import type { Observed } from '../observed.js';
import type { PodTemplate } from '../pods/pods.js';

/**
 * Whether clients of servers that run must log in, by their template. Undefined where that is not known, as where there
 * is none.
 */
export function loginOf({ names }: Pick<Instance, 'names'>, pods: PodTemplate | undefined): boolean | undefined {
  const container = pods?.spec?.containers.find(({ name }) => name === names.container);
  if (!container) return undefined;
  const version =
    parseVersion(pods?.metadata?.annotations?.[versionAnnotation] ?? '') ?? versionOfImage(container.image ?? '');
  const { authentication, closed } = effective(container as Settings, version ?? parseVersion(defaultVersion)!);
  return closed.length > 0 ? undefined : authentication.enabled;
}

/**
 * From 3.3 on clients must log in where nothing is said. Only what is said changes that for servers that run: what was
 * off stays off, and what is new is on.
 */
export function keptOff(instance: Instance, { clientsLogIn }: Observed): Partial<Instance> {
  if (clientsLogIn !== false) return {};
  const { authentication, closed } = effectiveOf(instance);
  if (closed.length > 0 || !authentication.byDefault || !authentication.enabled) return {};
  return { authentication: { ...instance.authentication, enabled: false, keptOff: true } };
}
