import type { KubernetesObject, Stored } from 'cdk8s-reconciler';
import { type ChildChange, plan as planWith } from 'cdk8s-reconciler/plan';
import { nacos } from '../operate/controller.js';
import { refusals } from '../operate/feature.js';
import type { NacosObject } from '../resource/nacos.js';
import type { Problem } from '../resource/problem.js';
import { resolve } from '../resource/resolve.js';
import { validate, validateChange } from '../resource/validate.js';
import { upgradeNotes } from '../server/upgrade.js';
import { parseVersion } from '../server/version.js';
import { asItRuns } from './as-it-runs.js';
import { type Difference, differences } from './differences.js';
import type { Known } from './known.js';
import { World } from './world.js';

export type { ChildChange } from 'cdk8s-reconciler/plan';

/** What a change of a Nacos will do. */
export interface Plan {
  /** What is not carried out, and why. Nothing at all happens where the API server does not take the object. */
  readonly refused: readonly Problem[];
  /** Fields of the spec. */
  readonly spec: readonly Difference[];
  /** Children that the end of the change has and the beginning has not, or has other ones of. */
  readonly children: readonly ChildChange[];
  /** Steps of the operator in order, in the words of its events; those without an event are left out. */
  readonly steps: readonly string[];
  /** Why children are not changed at once, or at all. */
  readonly waits: readonly string[];
  /** Pods that are replaced, in order. */
  readonly restarts: readonly string[];
  /** What changes for users of Nacos with the versions that are crossed, each with the version that brings it. */
  readonly notes: readonly string[];
  /** The children before and after, as they are rendered. They hold secrets where the spec does. */
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
  /** What could not be looked at, and why; the plan goes without it. */
  readonly unseen: readonly string[];
  /** `status.phase` in the end. */
  readonly phase?: string;
}

/**
 * What the operator will do, by its own decisions taken again and again on a model of the instance, until nothing
 * changes any more.
 *
 * @param before what is there, with its status if that is known; absent where the object is new
 */
export async function plan(before: NacosObject | undefined, after: NacosObject, known: Known = {}): Promise<Plan> {
  const spec = differences(before?.spec ?? {}, after.spec, 'spec');
  const broken = spec.length > 0 ? brokenRules(before, after) : [];
  if (broken.length > 0 && !before) return { ...nothing, refused: broken, spec };
  const wanted = broken.length > 0 && before ? before : after;
  const { uid } = (before ?? after).metadata as Partial<Stored['metadata']>;
  const world = new World(before?.status, known);
  const { steps, waits, waiting, children, rendered, object } = await planWith(nacos, withUid(wanted, uid), {
    ...(before && { before: known.live ? before : asItRuns(before) }),
    ...(known.live && { live: known.live }),
    ...(known.admit && { admit: known.admit }),
    observed: world.nothing,
    effects: world.effects,
    follow: (_, seen, nacos) => world.follow(seen, nacos),
    onChange: () => world.begin(),
  });
  const { status } = object as NacosObject;
  const refused = broken.length > 0 ? broken : refusedOf(wanted, status, waiting);
  const isSaid = (wait: string) => refused.some(({ message }) => message.includes(wait));
  return {
    refused,
    spec,
    children,
    steps: steps.map(({ type, message = type }) => message),
    waits: isPaused(wanted) ? ['nothing is done as long as it is paused'] : waits.filter((wait) => !isSaid(wait)),
    restarts: world.restarts,
    notes: before && refused.length === 0 ? notesOf(before, after) : [],
    before: rendered.before,
    after: rendered.after,
    unseen: [],
    ...(status?.phase && { phase: status.phase }),
  };
}

const nothing = { children: [], steps: [], waits: [], restarts: [], notes: [], before: [], after: [], unseen: [] };

/** Rules by which the API server does not take the object. */
function brokenRules(before: NacosObject | undefined, after: NacosObject): Problem[] {
  const alone = validate(after);
  return alone.length > 0 || !before ? alone : validateChange(before, after);
}

function notesOf(before: NacosObject, after: NacosObject): readonly string[] {
  const [former, next] = [resolve(before), resolve(after)];
  const from = parseVersion(before.status?.version ?? '') ?? former.version;
  return next.versionKnown ? upgradeNotes(from, next.version) : [];
}

function withUid(nacos: NacosObject, uid: string | undefined): NacosObject {
  return uid ? { ...nacos, metadata: { ...nacos.metadata, uid } as NacosObject['metadata'] } : nacos;
}

function isPaused({ spec, metadata }: NacosObject): boolean {
  return spec.paused === true || metadata.annotations?.['nacos.io/paused'] === 'true';
}

/** What the operator refuses of it, and what the API server does of the children. */
function refusedOf(wanted: NacosObject, status: NacosObject['status'], waiting: readonly string[]): Problem[] {
  const { conditions = [] } = status ?? {};
  const stated = conditions.flatMap(({ type, status, reason = '', message = '' }) => {
    const path = pathOf[type]?.(wanted);
    return path && status === 'False' && refusals.has(reason) ? [{ path, message: withoutPath(message) }] : [];
  });
  const refused = distinct([...stated, ...waiting.flatMap(fieldProblem)]);
  const stalled = conditions.find(({ type, status }) => type === 'Stalled' && status === 'True');
  return refused.length > 0 || !stalled ? refused : [{ path: 'spec', message: stalled.message ?? '' }];
}

/** What only another spec opens begins with the field: `spec.clusterDomain: …`. */
function fieldProblem(reason: string): Problem[] {
  const [, path, message] = /^(spec\.[\w.]+): (.+)$/s.exec(reason) ?? [];
  return path && message ? [{ path, message }] : [];
}

function withoutPath(message: string): string {
  return fieldProblem(message)[0]?.message ?? message;
}

function distinct(problems: readonly Problem[]): Problem[] {
  return problems.filter((one, i) => problems.findIndex(({ path }) => path === one.path) === i);
}

/** Fields that a condition refuses. */
const pathOf: Readonly<Record<string, (nacos: NacosObject) => string>> = {
  RolledOut: ({ spec }) => (spec.version ? 'spec.version' : 'spec.image'),
  Scaled: () => 'spec.replicas',
  SchemaReady: () => 'spec.database',
  DataKept: () => 'spec',
  NamesKept: () => 'spec.clusterDomain',
  VolumesResized: () => 'spec.volume.requests.storage',
};
