import { versionAnnotation } from '../../render/pod.js';
import { type Instance, versionConsent } from '../../resource/resolve.js';
import { isUnknown, newestLine } from '../../server/profiles.js';
import { step, type UpgradeProblem, upgradeProblem } from '../../server/upgrade.js';
import { formatVersion, isAtLeast, parseVersion, type Version, versionOfImage } from '../../server/version.js';
import type { Observed } from '../observed.js';
import { templateThatRuns } from '../pods/pods.js';
import { dataFound } from '../volumes/claims.js';

/** What shows a version; without claims it does only where something runs. */
type Evidence = Pick<Observed, 'members' | 'statefulSet'> & Partial<Pick<Observed, 'volumes'>>;

/**
 * The version that all servers have reached: while some still run an older one it is that, so that a change that does
 * not go well can be taken back. By the servers' word; while they do not answer, by what the StatefulSet, its claims or
 * its pods are annotated with.
 */
export function versionReached({ servers }: Instance, observed: Evidence): string | undefined {
  const { members } = observed;
  const versions = members.flatMap(({ server }) => (server?.reachable && server.version ? [server.version] : []));
  const known = recordedVersion(observed);
  const answered = lowest(versions);
  // A newer version of some servers says nothing of all, nor of one without a pod.
  const all = versions.length >= Math.max(servers.replicas, members.length);
  return !all && known && answered && isAtLeast(answered, known) ? known : (answered ?? known);
}

/** Of pods that never were ready nothing is known to have run. */
function recordedVersion({ statefulSet, members, volumes }: Evidence): string | undefined {
  const ofPods = lowest(members.flatMap(({ ready, version }) => (ready && version ? [version] : [])));
  const recorded = statefulSet?.metadata.annotations?.[versionAnnotation];
  return recorded ?? (volumes && dataFound({ members, volumes }))?.version ?? ofPods;
}

function lowest(versions: readonly string[]): string | undefined {
  return [...versions].sort((a, b) => (isAtLeast(a, b) ? 1 : -1))[0];
}

/**
 * Why the servers must not become what the spec says, or undefined.
 *
 * @param reached the version that all servers have reached
 */
export function versionObstacle(
  instance: Instance,
  observed: Observed,
  reached: string | undefined,
): UpgradeProblem | undefined {
  const running = parseVersion(reached ?? '');
  if (!running) return undefined;
  const wanted = [...(instance.versionKnown ? [instance.version] : []), ...imageVersion(instance, observed, running)];
  for (const version of wanted) {
    const problem =
      upgradeProblem(running, version, instance.database.type) ?? unknownProblem(instance, running, version);
    if (problem) return problem;
  }
  return undefined;
}

/** Nothing is known of the tables, ports and ways back of a newer line: whether that may be tried a human decides. */
export function unknownProblem(
  { name, namespace, acceptedVersion }: Instance,
  running: Version,
  version: Version,
): UpgradeProblem | undefined {
  const text = formatVersion(version);
  const sameLine = running.major === version.major && running.minor === version.minor;
  if (!isUnknown(version) || sameLine || acceptedVersion === text) return undefined;
  const uid = `$(kubectl get nacos ${name} -n ${namespace} -o jsonpath={.metadata.uid})`;
  const message = `${step(running, version)}: this operator knows versions up to ${newestLine}, and there may be no way back: use a newer one; or try it on a copy first, and kubectl annotate nacos ${name} -n ${namespace} --overwrite ${versionConsent}=${uid}/${text}`;
  return { reason: 'VersionUnknown', message };
}

/**
 * A tag of the image is a version of Nacos, whatever spec.version says, where the tag that runs is the version that
 * runs.
 */
function imageVersion({ image, names }: Instance, observed: Observed, running: Version): Version[] {
  const containers = templateThatRuns(observed)?.spec?.containers ?? [];
  const live = versionOfImage(containers.find(({ name }) => name === names.container)?.image ?? '');
  const next = versionOfImage(image);
  return live && next && formatVersion(live) === formatVersion(running) ? [next] : [];
}

/** In the version that runs where that of the spec is refused: its schema would alter the tables under the servers. */
export function asRunning(instance: Instance, observed: Observed, reached: string | undefined): Instance {
  const running = parseVersion(reached ?? '');
  return running && versionObstacle(instance, observed, reached) ? { ...instance, version: running } : instance;
}
