import type { ConditionStatement, Decision, EventNote, Gate, KubernetesObject, Stored } from 'cdk8s-reconciler';
import type { Service } from 'cdk8s-reconciler/kinds';
import { wholly } from 'cdk8s-reconciler/kit';
import { type Child, renderInstance } from '../render/render.js';
import type { NacosObject } from '../resource/nacos.js';
import { resized } from '../resource/resolve.js';
import { administrator } from './administrator/feature.js';
import { isOpen, labelObstacle, portsObstacle, refusalObstacle } from './administrator/traffic.js';
import { onlyReady, serviceObstacle } from './adoption/foreign.js';
import { rivalObstacle, type Unadopted, unadopted } from './adoption/obstacle.js';
import { membersHealthy } from './cluster/condition.js';
import { configurations } from './configurations/feature.js';
import { credentials, ownedCredentials, secretsObstacle } from './credentials/feature.js';
import { refusals } from './feature.js';
import { initialData } from './initial-data/feature.js';
import { membership, namesObstacle } from './membership/feature.js';
import { notices } from './notices/notices.js';
import type { Observed } from './observed.js';
import { problems } from './problems.js';
import { rollout } from './rollout/feature.js';
import { keepPods } from './rollout/strategy.js';
import { versionObstacle } from './rollout/versions.js';
import { databaseObstacle } from './schema/database.js';
import { schemaJob, schemaObstacle } from './schema/job.js';
import { requeueAfter, type Statements, statusOf } from './status.js';
import type { ObservedChildren, View } from './view.js';
import { viewOf } from './view-of.js';
import { dataObstacle } from './volumes/data.js';
import { endingObstacle, templatesObstacle, volumes } from './volumes/feature.js';
import { watched } from './watched.js';

/** One effect at a time. It carries no secret: it is reported as an event. */
export type NacosStep = NonNullable<ReturnType<typeof opinionsOf>['steps'][number]>;

/**
 * All that one reconciliation writes, says and does. Pure: each feature is asked once, and of the steps that they want
 * the first wins.
 */
export function decide(
  nacos: NacosObject,
  children: ObservedChildren,
  observed: Observed,
): Decision<NacosObject, NacosStep, readonly Child[]> {
  const view = viewOf(nacos, children, observed);
  const foreign = unadopted(view);
  if (foreign) return unchanged(view, children, foreign);
  const opinions = opinionsOf(view);
  const step = opinions.steps.find((one) => one !== undefined);
  const instance = step && 'inChildren' in step ? resized(view.instance, step.size) : view.instance;
  const rendered = renderedChildren({ ...view, instance }, children, opinions.open);
  return {
    children: rendered,
    gates: rendered.flatMap((child) => gateOf(child, view, opinions, children)),
    status: (standard: readonly ConditionStatement[]) => statusOf(view, opinions.statements, standard),
    step,
    events: warnings(view, opinions.statements),
    requeueAfter: requeueAfter(view, opinions.statements),
  };
}

/** Children that another operator has made: each waits, and so does what this operator would add to them. */
function unchanged(
  view: View,
  children: ObservedChildren,
  foreign: Unadopted,
): Decision<NacosObject, never, readonly Child[]> {
  const { reason, ...said } = watched(view, foreign);
  const rendered = renderedChildren(view, children, true);
  return { children: rendered, gates: rendered.map((child) => ({ child, reason })), ...said };
}

function renderedChildren(view: View, children: ObservedChildren, open: boolean): Child[] {
  const { instance, schema } = view;
  const rendered = [...ownedCredentials(instance, children), ...renderInstance(instance, schema, { open })];
  // What another operator has set, such as the command before a pod stops, must not stay beside it.
  return rendered.map((child) => (child.kind === 'StatefulSet' ? wholly(child) : onlyReady(child, view)));
}

function opinionsOf(view: View) {
  const { instance, observed } = view;
  const obstacle = statefulSetObstacle(view);
  const templates = templatesObstacle(view);
  const pods = problems(view);
  const data = initialData(view);
  const open = isOpen(instance, observed, view.version, data.filled);
  const keys = credentials(view);
  const login = administrator(view, open);
  const storage = volumes(view, obstacle);
  const size = membership(view, obstacle ?? templates);
  const job = schemaJob(view, pods.ofJob);
  const roll = rollout(view, size.scaling, storage.problem?.message ?? rivalObstacle(observed));
  const resized = storage.conditions ?? [];
  const statements: Statements = {
    problems: pods,
    obstacles: [
      ...(job.conditions ?? []),
      ...(login.conditions ?? []),
      ...(keys.conditions ?? []),
      ...(data.conditions ?? []),
      membersHealthy(instance, observed, size.joining),
      ...(size.conditions ?? []),
      ...(roll.conditions ?? []),
      ...resized.filter(({ reason }) => refusals.has(reason)),
    ],
    // Servers run on while their volumes grow.
    notices: [...notices(instance, observed), ...resized.filter(({ reason }) => !refusals.has(reason))],
    data: data.status,
  };
  return {
    // In the order in which an instance needs them; configurations are refreshed before clients get to them.
    steps: [
      keepPods(view, obstacle ?? templates),
      keys.step,
      storage.step,
      login.step,
      configurations(view).step,
      size.step,
      roll.step,
      data.step,
      job.step,
    ],
    statements,
    open,
    obstacle: obstacle ?? templates,
  };
}

/** Why the StatefulSet must not be made, or changed, yet, whatever its volumes. */
function statefulSetObstacle(view: View): string | undefined {
  const { instance, observed, version, detour } = view;
  return (
    endingObstacle(view) ??
    dataObstacle(view) ??
    secretsObstacle(instance, observed) ??
    databaseObstacle(view) ??
    schemaObstacle(view) ??
    namesObstacle(view) ??
    versionObstacle(instance, observed, version)?.message ??
    (detour?.record ? undefined : detour?.waits)
  );
}

type Opinions = ReturnType<typeof opinionsOf>;

function gateOf(child: Child, view: View, opinions: Opinions, { services }: ObservedChildren): Gate[] {
  const reason = reasonToWait(child, view, opinions, services);
  return reason === undefined ? [] : [{ child, reason }];
}

function reasonToWait(
  child: KubernetesObject,
  view: View,
  { obstacle, statements }: Opinions,
  services: readonly Stored<Service>[],
): string | undefined {
  if (child.kind === 'StatefulSet') return obstacle;
  // It would make the other database.
  if (child.kind === 'Job') return databaseObstacle(view);
  if (child.kind === 'Service') {
    const live = services.find(({ metadata }) => metadata.name === child.metadata?.name);
    const refused = statements.obstacles.some(({ status, reason }) => status === 'False' && refusals.has(reason));
    return (
      serviceObstacle(child as Service, view) ??
      labelObstacle(child as Service, view.observed) ??
      (refused ? refusalObstacle(child as Service, live, obstacle) : undefined) ??
      portsObstacle(child as Service, live, view)
    );
  }
  if (child.metadata?.name === view.instance.names.members) return dataObstacle(view) ?? namesObstacle(view);
  return undefined;
}

function warnings({ before }: View, { notices }: Statements): EventNote[] {
  const type = 'SecretsProtected';
  const note = notices.find((condition) => condition.type === type);
  if (!note || before?.conditions?.some((condition) => condition.type === type)) return [];
  return [{ type: 'Warning', reason: 'SecretsInSpec', message: note.message }];
}
