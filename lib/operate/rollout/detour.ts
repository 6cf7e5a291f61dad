import type { NacosObject } from '../../resource/nacos.js';
import type { Instance } from '../../resource/resolve.js';
import { stopBetween } from '../../server/upgrade.js';
import { formatVersion, inVersion, parseVersion, type Version } from '../../server/version.js';
import type { Observed } from '../observed.js';
import type { Detour } from '../view.js';
import { unknownProblem } from './versions.js';

/**
 * Annotation of a StatefulSet whose servers go to the version of the spec by way of another one: the version that they
 * come from, and the number of configurations that the namespace `public` had there, as `2.5.1/718`.
 */
export const detourAnnotation = 'nacos.io/detour-from';

/** Whether the configurations of the namespace `public` have to be counted, before or after a detour. */
export function hasDetour(
  goal: Instance,
  { statefulSet }: Pick<Observed, 'statefulSet'>,
  reached: string | undefined,
): boolean {
  const from = parseVersion(recordOf(statefulSet)?.from ?? reached ?? '');
  if (!goal.versionKnown || !from || unknownProblem(goal, from, goal.version)) return false;
  return stopBetween(from, goal.version, goal.database.type) !== undefined;
}

/**
 * What the servers become first, where they cannot go to the version of the spec at once and the operator knows the
 * way. They go on when all have reached the version between and it shows what was there before.
 *
 * @param goal of the spec
 * @param reached the version that all servers have reached
 */
export function detourOf(
  nacos: NacosObject,
  goal: Instance,
  observed: Observed,
  reached: string | undefined,
): Detour | undefined {
  const running = parseVersion(reached ?? '');
  if (!running || !hasDetour(goal, observed, reached)) return undefined;
  const record = recordOf(observed.statefulSet);
  const next = stopBetween(running, goal.version, goal.database.type);
  // Without a record servers of the version between were brought there by a human, who looked.
  if (!next && !record) return undefined;
  const { publicConfigurations: found = { known: false, reason: 'no server can be asked' } } = observed;
  const stop = next ?? running;
  const between = asOf(nacos, goal.version, stop);
  if (!between) return undefined;
  const texts = { nacos: between, stop: formatVersion(stop), goal: formatVersion(goal.version) };
  const unknown = found.known ? '' : `the configurations of namespace public cannot be counted: ${found.reason}`;
  if (next) {
    const text = record?.text ?? (found.known ? `${reached}/${found.count}` : undefined);
    return { ...texts, ...(text ? { record: text } : { waits: unknown }) };
  }
  const { from = '', count = 0, text = '' } = record ?? {};
  if (found.known && found.count >= count) return undefined;
  const waits = found.known
    ? `namespace public shows ${found.count} of the ${count} configurations that it had under ${from}; see what the servers log of a migration, and if nothing is missed, set spec.version to ${texts.stop} and then to ${texts.goal}`
    : unknown;
  return { ...texts, record: text, waits };
}

/** The spec of another version, in the tag of its image too; undefined where the tag does not name its own. */
function asOf({ spec, ...rest }: NacosObject, version: Version, other: Version): NacosObject | undefined {
  const text = formatVersion(other);
  const image = spec.image && inVersion(spec.image, version, other);
  if (spec.image && !image) return undefined;
  return { ...rest, spec: { ...spec, ...(image && { image }), ...((spec.version || !image) && { version: text }) } };
}

function recordOf(statefulSet: Observed['statefulSet']) {
  const text = statefulSet?.metadata.annotations?.[detourAnnotation];
  const [from, count] = text?.split('/') ?? [];
  return text && from ? { text, from, count: Number(count) || 0 } : undefined;
}
