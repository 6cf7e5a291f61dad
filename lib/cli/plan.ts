import { type ChildChange, type Plan as Forecast, plan as forecast } from '../forecast/plan.js';
import type { NacosObject } from '../resource/nacos.js';
import { problemText, shown } from '../resource/problem.js';
import { applied } from './applied.js';
import type { Cluster } from './cluster.js';
import type { Output } from './output.js';

/** What becomes of an object, and what there was of it; undefined if nothing. */
interface Foreseen {
  readonly before: NacosObject | undefined;
  readonly outcome: Forecast;
}

type Foresee = (manifest: NacosObject) => Promise<Foreseen>;

/** In the cluster as it is. */
export function inCluster(cluster: Cluster): Foresee {
  return async (manifest) => {
    const { name, namespace = cluster.namespace } = manifest.metadata;
    const before = await cluster.instance(name, namespace);
    const wanted = { ...manifest, metadata: { ...manifest.metadata, namespace } };
    return { before, outcome: await cluster.plan(before, applied(before, wanted)) };
  };
}

/** Where objects are as another file has them. */
export function among(former: readonly NacosObject[]): Foresee {
  return async (manifest) => {
    const { name, namespace } = manifest.metadata;
    const before = former.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    return { before, outcome: await forecast(before, manifest) };
  };
}

/**
 * What applying the manifests would do: what is created, changed and removed, what the operator does in which order,
 * and what is refused.
 */
export async function plan(manifests: readonly NacosObject[], foresee: Foresee): Promise<Output> {
  const parts: { readonly text: string; readonly data: object; readonly failed: boolean }[] = [];
  for (const nacos of manifests) {
    const { before, outcome } = await foresee(nacos);
    const failed = outcome.refused.length > 0;
    parts.push({ text: textOf(nacos, before, outcome), data: dataOf(nacos, before, outcome), failed });
  }
  return {
    text: parts.map(({ text }) => text).join('\n'),
    data: parts.map(({ data }) => data),
    failed: parts.some(({ failed }) => failed),
  };
}

/** Without the children, which hold secrets where the spec does. */
function dataOf({ metadata }: NacosObject, before: NacosObject | undefined, outcome: Forecast): object {
  const { refused, spec, children, steps, waits, restarts, notes, unseen } = outcome;
  const fields = spec.map(({ path, from, to }) => ({ path, from: shown(path, from), to: shown(path, to) }));
  const { name, namespace } = metadata;
  return { namespace, name, isNew: !before, refused, fields, children, steps, waits, restarts, notes, unseen };
}

function textOf({ metadata }: NacosObject, before: NacosObject | undefined, outcome: Forecast): string {
  const name = [metadata.namespace, metadata.name].filter(Boolean).join('/');
  const { refused, spec, children, steps, waits, restarts, notes, unseen } = outcome;
  const isSame = [refused, spec, children, steps].every(({ length }) => length === 0);
  if (before && isSame) return `Nacos ${name}: nothing changes\n${section('Not looked at', unseen)}`;
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
    section('Waits', waits),
    section('What changes with these versions of Nacos', notes),
    refused.length === 0 && before ? section('Restarts', [restarts.length > 0 ? restarts.join(', ') : 'none']) : '',
    section('Not looked at', unseen),
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
