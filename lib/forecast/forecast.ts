import { membershipStep } from '../operate/membership.js';
import { type NacosAction, plan } from '../operate/plan.js';
import { status } from '../operate/status.js';
import { versionObstacle } from '../operate/versions.js';
import { type Child, render } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import type { Problem } from '../resource/problem.js';
import { resolve } from '../resource/resolve.js';
import { validateChange } from '../resource/validate.js';
import { formatVersion } from '../server/version.js';
import { type Difference, differences } from './differences.js';
import { World } from './world.js';

/** A child that a change makes another one. */
export interface ChildChange {
  readonly change: 'created' | 'changed' | 'removed';
  readonly kind: string;
  readonly name: string;
  /** Paths that differ, for one that is changed; no values, which may be secret. */
  readonly paths: readonly string[];
}

/** What a change of a Nacos will do. */
export interface Forecast {
  /** Why it is not let through; nothing happens then. */
  readonly refused: readonly Problem[];
  /** Fields of the spec. */
  readonly spec: readonly Difference[];
  readonly children: readonly ChildChange[];
  /** What the operator does, in order, as its events will say it; what nobody has to decide, such as pods that start, is not among it. */
  readonly steps: readonly string[];
  /** Pods that are replaced, in order. */
  readonly restarts: readonly string[];
}

/** Many times what the largest change takes. */
const mostPasses = 2000;

/**
 * What the operator will do, by its own decisions tried out on a Nacos whose servers do at once what they are told. Pure.
 *
 * @param found what is there, with its status if that is known; absent where the object is new
 */
export function forecast(found: NacosObject | undefined, after: NacosObject): Forecast {
  const before = found && settled(found);
  const wanted = before ? { ...after, status: before.status } : after;
  const refused = before ? problems(before, wanted) : [];
  const spec = differences(before?.spec ?? {}, after.spec, 'spec');
  const children = childChanges(before ? render(before) : [], render(wanted));
  if (refused.length > 0) return { refused, spec, children: [], steps: [], restarts: [] };
  if (isPaused(after))
    return { refused, spec, children: [], steps: ['nothing, as long as it is paused'], restarts: [] };
  return { refused, spec, children, ...tryOut(before, wanted) };
}

function isPaused({ spec, metadata }: NacosObject): boolean {
  return spec.paused === true || metadata.annotations?.['nacos.io/paused'] === 'true';
}

/** With the status that it has once all is well, where nobody tells another. */
function settled(nacos: NacosObject): NacosObject {
  const { servers, version, versionIsSaid } = resolve(nacos);
  const authReady = {
    type: 'AuthReady',
    status: 'True',
    reason: 'AdministratorSet',
    message: '',
    lastTransitionTime: '',
  } as const;
  const supposed: NacosObject['status'] = {
    conditions: [authReady],
    ...(versionIsSaid && { version: formatVersion(version) }),
    ...(servers.mode === 'cluster' && { membership: { members: servers.replicas, servers: servers.replicas } }),
  };
  return { ...nacos, status: { ...supposed, ...nacos.status } };
}

/** The API server's rules; and of a version that only the image tells, the operator's. */
function problems(before: NacosObject, wanted: NacosObject): Problem[] {
  const refused = validateChange(before, wanted);
  if (refused.some(({ path }) => path === 'spec.version')) return refused;
  const obstacle = versionObstacle(resolve(wanted), wanted.status);
  if (!obstacle) return refused;
  return [...refused, { path: wanted.spec.version ? 'spec.version' : 'spec.image', message: obstacle.message }];
}

function childChanges(before: readonly Child[], after: readonly Child[]): ChildChange[] {
  const key = ({ kind, metadata }: Child) => `${kind} ${metadata?.name}`;
  const former = new Map(before.map((child) => [key(child), child]));
  const latter = new Map(after.map((child) => [key(child), child]));
  return [...new Set([...former.keys(), ...latter.keys()])].flatMap((id): ChildChange[] => {
    const [was, is] = [former.get(id), latter.get(id)];
    const [kind = '', name = ''] = id.split(' ');
    if (!was) return [{ change: 'created', kind, name, paths: [] }];
    if (!is) return [{ change: 'removed', kind, name, paths: [] }];
    const paths = differences(was, is).map(({ path }) => path);
    return paths.length > 0 ? [{ change: 'changed', kind, name, paths }] : [];
  });
}

function tryOut(before: NacosObject | undefined, wanted: NacosObject): Pick<Forecast, 'steps' | 'restarts'> {
  const world = new World(before);
  const steps: string[] = [];
  const restarts: string[] = [];
  let nacos = wanted;
  for (let pass = 0, idle = 0; pass < mostPasses && idle < 3; pass++) {
    const waiting = world.apply(nacos).filter((why) => !steps.includes(why));
    steps.push(...waiting);
    const instance = resolve(nacos);
    const facts = world.facts(nacos);
    const next: NacosObject = {
      ...nacos,
      status: status(nacos, world.children(instance), facts) as NacosObject['status'],
    };
    const step = membershipStep(instance, facts);
    if (step?.type === 'Resize') steps.push(step.message);
    const action = plan(nacos, facts);
    if (action) world.act(record(action, steps, restarts));
    world.settleDown(next);
    idle = action || waiting.length > 0 || JSON.stringify(next.status) !== JSON.stringify(nacos.status) ? 0 : idle + 1;
    nacos = next;
  }
  return { steps, restarts };
}

function record(action: NacosAction, steps: string[], restarts: string[]): NacosAction {
  if (steps.at(-1) !== action.message) steps.push(action.message);
  if (action.type === 'ReplacePod') restarts.push(action.pod);
  return action;
}
