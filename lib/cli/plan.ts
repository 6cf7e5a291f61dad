import { type ChildChange, type Plan as Forecast, plan as forecast } from '../forecast/plan.js';
import type { ObservedClaim } from '../operate/observed.js';
import type { NacosObject } from '../resource/nacos.js';
import { problemText, shown } from '../resource/problem.js';
import type { Cluster } from './cluster.js';

/** What a set of changes would do. */
export interface Plan {
  readonly text: string;
  /** Whether some of it would not be let through. */
  readonly refused: boolean;
}

/** What is there of an object; undefined if nothing is. */
export type Found = (nacos: NacosObject) => NacosObject | undefined | Promise<NacosObject | undefined>;

/** Claims that are there from a former one. */
export type Claims = (nacos: NacosObject) => Promise<readonly ObservedClaim[]>;

/** As the cluster has it. */
export function inCluster(cluster: Cluster): Found {
  return ({ metadata: { name, namespace } }) => cluster.instance(name, namespace ?? 'default');
}

/** As another file has it. */
export function among(former: readonly NacosObject[]): Found {
  return ({ metadata }) =>
    former.find((one) => one.metadata.name === metadata.name && one.metadata.namespace === metadata.namespace);
}

/**
 * What applying the manifests would do: what is created, changed and removed, what the operator does in which order,
 * and what is refused.
 *
 * @param claims @default none are there
 */
export async function plan(manifests: readonly NacosObject[], found: Found, claims?: Claims): Promise<Plan> {
  const parts: string[] = [];
  let refused = false;
  for (const nacos of manifests) {
    const before = await found(nacos);
    const outcome = forecast(before, nacos, before ? [] : await claims?.(nacos));
    refused ||= outcome.refused.length > 0;
    parts.push(textOf(nacos, before, outcome));
  }
  return { text: parts.join('\n'), refused };
}

function textOf({ metadata }: NacosObject, before: NacosObject | undefined, outcome: Forecast): string {
  const name = [metadata.namespace, metadata.name].filter(Boolean).join('/');
  const { refused, spec, children, steps, restarts, notes } = outcome;
  if (before && spec.length === 0 && children.length === 0) return `Nacos ${name}: nothing changes\n`;
  return [
    `Nacos ${name}: ${refused.length > 0 ? 'REFUSED' : before ? 'changes' : 'is new'}\n`,
    section(
      'Refused',
      refused.map((problem) => problemText(problem)),
    ),
    before
      ? section(
          'Fields',
          spec.map(({ path, from, to }) => `${path}${values(path, from, to)}`),
        )
      : '',
    before && refused.length === 0 ? section('First', unwell(before)) : '',
    section('Objects', children.map(child)),
    section(
      'What the operator does, one after the other',
      steps.map((step, index) => `${index + 1}. ${step}`),
    ),
    section('What changes with these versions of Nacos', notes),
    refused.length === 0 && before ? section('Restarts', [restarts.length > 0 ? restarts.join(', ') : 'none']) : '',
  ].join('');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length > 0 ? `  ${title}:\n${lines.map((line) => `    ${line}\n`).join('')}` : '';
}

/** Secrets and whole objects are not shown. */
function values(path: string, from: unknown, to: unknown): string {
  const [was, is] = [shown(path, from), shown(path, to)];
  if (from === undefined) return is ? `: ${is}, was not set` : ', was not set';
  if (to === undefined) return was ? `: not set any more, was ${was}` : ', not set any more';
  return was && is ? `: ${was} becomes ${is}` : '';
}

function child({ change, kind, name, paths }: ChildChange): string {
  return `${change.padEnd(8)} ${kind} ${name}${paths.length > 0 ? `: ${paths.join(', ')}` : ''}`;
}

/** What the operator waits for before it does anything of the above. */
function unwell({ status }: NacosObject): string[] {
  const ill = status?.members?.filter(({ state }) => state !== undefined && state !== 'UP') ?? [];
  return ill.map(({ pod, state }) => `${pod} is ${state}: nothing is done that would make it worse, until it is UP`);
}
