import type { ConditionStatement, Decision, KubernetesObject } from 'cdk8s-reconciler';
import { decide, type NacosStep } from '../operate/decide.js';
import type { ObservedClaim } from '../operate/observed.js';
import { refusals } from '../operate/statement.js';
import type { NacosObject } from '../resource/nacos.js';
import type { Problem } from '../resource/problem.js';
import { resolve } from '../resource/resolve.js';
import { validateChange } from '../resource/validate.js';
import { upgradeNotes } from '../server/upgrade.js';
import { parseVersion } from '../server/version.js';
import { type Difference, differences } from './differences.js';
import { idOf, Model } from './model.js';

/** A child that a change makes another one. */
export interface ChildChange {
  readonly change: 'created' | 'changed' | 'removed';
  readonly kind: string;
  readonly name: string;
  /** Paths that differ, for one that is changed; no values, which may be secret. */
  readonly paths: readonly string[];
}

/** What a change of a Nacos will do. */
export interface Plan {
  /** Why it is not let through; nothing happens then. */
  readonly refused: readonly Problem[];
  /** Fields of the spec. */
  readonly spec: readonly Difference[];
  /** Children that the end of the change has and the beginning has not, or has other ones of. */
  readonly children: readonly ChildChange[];
  /** Steps of the operator in order, in the words of its events; and what it waits for. */
  readonly steps: readonly string[];
  /** Pods that are replaced, in order. */
  readonly restarts: readonly string[];
  /** What changes for users of Nacos with the versions that are crossed, each with the version that brings it. */
  readonly notes: readonly string[];
  /** The children before and after. They hold secrets where the spec does. */
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
}

/** Many times what the largest change takes. */
const mostSteps = 2000;

/**
 * What the operator will do, by its own decisions taken again and again on a model of the instance, until nothing
 * changes any more. Pure.
 *
 * @param before what is there, with its status if that is known; absent where the object is new
 * @param claims those that a new object finds from before
 */
export function plan(before: NacosObject | undefined, after: NacosObject, claims: readonly ObservedClaim[] = []): Plan {
  const model = new Model(before, claims);
  if (before) tryOut(model, before);
  const children = model.children;
  const spec = differences(before?.spec ?? {}, after.spec, 'spec');
  const wanted = before ? { ...after, status: before.status } : after;
  const refused = before ? refusalsOf(model, before, wanted) : [];
  const nothing = {
    refused,
    spec,
    children: [],
    steps: [],
    restarts: [],
    notes: [],
    before: children,
    after: children,
  };
  if (refused.length > 0) return nothing;
  if (isPaused(after)) return { ...nothing, steps: ['nothing, as long as it is paused'] };
  const outcome = tryOut(model, wanted);
  // Some of what is refused shows only once the children are written, such as a pod that must not be replaced.
  const late = before ? refusalsOf(model, before, wanted) : [];
  if (late.length > 0) return { ...nothing, refused: late };
  return {
    ...nothing,
    ...outcome,
    notes: before ? notesOf(before, after) : [],
    children: childChanges(children, model.children),
    after: model.children,
  };
}

function notesOf(before: NacosObject, after: NacosObject): readonly string[] {
  const [former, next] = [resolve(before), resolve(after)];
  const from = parseVersion(before.status?.version ?? '') ?? former.version;
  return next.versionKnown ? upgradeNotes(from, next.version) : [];
}

function isPaused({ spec, metadata }: NacosObject): boolean {
  return spec.paused === true || metadata.annotations?.['nacos.io/paused'] === 'true';
}

function tryOut(model: Model, nacos: NacosObject): Pick<Plan, 'steps' | 'restarts'> {
  const [steps, restarts]: [string[], string[]] = [[], []];
  for (let taken = 0, idle = 0; taken < mostSteps && idle < 2; taken++) {
    const { decision, instance } = decideOn(model, nacos);
    const { gates = [], step } = decision;
    const waits = [...gates.map(({ reason }) => reason), ...refusedIn(decision).map(({ message }) => message)];
    const waiting = [...new Set(waits)].filter((reason) => !steps.includes(reason));
    const before = JSON.stringify(model.children);
    model.write(decision, instance);
    if (step) model.act(step);
    steps.push(...waiting);
    const reported = step && !('event' in step);
    if (reported && steps.at(-1) !== step.message) steps.push(step.message);
    if (step?.type === 'ReplacePod') restarts.push(step.pod);
    idle = step || waiting.length > 0 || before !== JSON.stringify(model.children) ? 0 : idle + 1;
  }
  return { steps, restarts };
}

function decideOn(model: Model, nacos: NacosObject) {
  const instance = resolve(nacos);
  // Nothing in the model has another owner.
  const modelled = { ...nacos, metadata: { ...nacos.metadata, uid: '' } };
  return { instance, decision: decide(modelled, model.childrenOf(instance), model.observed(instance)) };
}

/** Conditions that only a human takes away. */
function refusedIn({ status }: Decision<NacosObject, NacosStep>): readonly ConditionStatement[] {
  const conditions: readonly ConditionStatement[] = status?.([]).conditions ?? [];
  return conditions.filter(
    ({ type, status, reason }) => reported.has(type) && status === 'False' && refusals.has(reason),
  );
}

/** The rules of the API server, and what the operator's conditions refuse. */
function refusalsOf(model: Model, before: NacosObject, wanted: NacosObject): Problem[] {
  const problems = validateChange(before, wanted);
  const { decision } = decideOn(model, wanted);
  const conditions = refusedIn(decision).flatMap(({ type, message }) => {
    const path = pathOf[type]?.(wanted);
    return path ? [{ path, message }] : [];
  });
  // One reason may keep several children back.
  const gated = [...new Set(decision.gates?.map(({ reason }) => reason))].flatMap(fieldProblem);
  const more = [...conditions, ...gated];
  const all = [...problems, ...more];
  return all.filter(({ path }, i) => i < problems.length || all.findIndex((one) => one.path === path) === i);
}

/** A gate that only another spec opens begins with the field: `spec.clusterDomain: …`. */
function fieldProblem(reason: string): Problem[] {
  const [, path, message] = /^(spec\.[\w.]+): (.+)$/s.exec(reason) ?? [];
  return path && message ? [{ path, message }] : [];
}

/** Conditions that refuse something, but for `Ready` and those that sum up others. */
const reported: ReadonlySet<string> = new Set(['RolledOut', 'Scaled', 'DataKept', 'NamesKept']);

/** Fields that a condition refuses. */
const pathOf: Readonly<Record<string, (nacos: NacosObject) => string>> = {
  RolledOut: ({ spec }) => (spec.version ? 'spec.version' : 'spec.image'),
  Scaled: () => 'spec.replicas',
  DataKept: () => 'spec',
  NamesKept: () => 'spec.clusterDomain',
};

function childChanges(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): ChildChange[] {
  const former = new Map(before.map((child) => [idOf(child), child]));
  const latter = new Map(after.map((child) => [idOf(child), child]));
  return [...new Set([...former.keys(), ...latter.keys()])].flatMap((id): ChildChange[] => {
    const [was, is] = [former.get(id), latter.get(id)];
    const [kind = '', name = ''] = id.split(' ');
    if (!was) return [{ change: 'created', kind, name, paths: [] }];
    if (!is) return [{ change: 'removed', kind, name, paths: [] }];
    const paths = differences(was, is).map(({ path }) => path);
    return paths.length > 0 ? [{ change: 'changed', kind, name, paths }] : [];
  });
}
