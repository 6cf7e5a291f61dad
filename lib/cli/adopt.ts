import type { KubernetesObject, Stored } from 'cdk8s-reconciler';
import { Deployment, StatefulSet } from 'cdk8s-reconciler/kinds';
import { adopted, adoptedObjects } from '../forecast/adoption.js';
import { isForeign } from '../operate/adoption/foreign.js';
import { generationOf } from '../operate/consent.js';
import type { NacosObject } from '../resource/nacos.js';
import { adoptAnnotation } from '../resource/names.js';
import type { Cluster } from './cluster.js';
import { UserError } from './manifests.js';
import { isOfficial, stopCommand } from './operators.js';
import type { Output } from './output.js';

interface Options {
  readonly namespace?: string;
  /** Writes the consent. */
  readonly confirm?: boolean;
}

/**
 * What becomes of a Nacos whose objects another operator has made; with `confirm` it begins.
 *
 * @throws UserError if there is no such Nacos, or the API server refuses
 */
export async function adopt(cluster: Cluster, name: string, options: Options): Promise<Output> {
  const { namespace = cluster.namespace, confirm = false } = options;
  const nacos = await cluster.instance(name, namespace);
  if (!nacos) throw new UserError(`there is no Nacos ${name} in ${namespace}; -n names another namespace`);
  const about = { namespace, name, adoptable: false, begun: false };
  const live = await cluster.object<Stored<StatefulSet>>(StatefulSet, name, namespace);
  if (!live || !isForeign(live, nacos)) {
    const why = live ? 'its StatefulSet is of this operator already' : 'it has no StatefulSet';
    return { text: `Nacos ${namespace}/${name}: nothing to adopt, ${why}\n`, data: { ...about, why } };
  }
  const rivals = (await cluster.list(Deployment, {})).filter(isOfficial);
  const condition = nacos.status?.conditions?.find(({ type }) => type === 'Adoptable');
  const able = condition?.status === 'True' && rivals.length === 0;
  const objects = await changes(cluster, nacos, live);
  const parts = [
    `Nacos ${namespace}/${name}: ${able ? 'can be adopted' : 'is NOT adopted yet'}\n`,
    section('Objects', objects),
    section('What the operator says', saidIn(condition?.message, name)),
    section('Stop first', rivals.map(stopCommand)),
    able && !confirm ? `To begin: kubectl nacos adopt ${name} -n ${namespace} --confirm\n` : '',
  ];
  const stopFirst = rivals.map(stopCommand);
  const data = { ...about, adoptable: able, objects, says: condition?.message, stopFirst };
  if (!able || !confirm) return { text: parts.join(''), data, failed: !able };
  await cluster.annotate(nacos, { [adoptAnnotation]: generationOf(nacos, `nacos ${name} -n ${namespace}`) });
  const begins = `It begins: kubectl get nacos ${name} -n ${namespace} -w\n`;
  return { text: parts.join('') + begins, data: { ...data, begun: true } };
}

async function changes(cluster: Cluster, nacos: NacosObject, live: StatefulSet): Promise<string[]> {
  const children = adopted(nacos, live);
  const found = new Map<KubernetesObject, KubernetesObject | undefined>();
  for (const child of children) found.set(child, await cluster.same(child));
  return adoptedObjects(children, (child) => found.get(child)).flatMap(({ change, kind, name, paths, why }) => [
    `${change.padEnd(8)} ${kind} ${name}${why ? `: ${why}` : ''}`,
    ...byParent(paths).map((line) => `         ${line}`),
  ]);
}

/** Paths that differ in their last part alone, in one line: a pod template has dozens. */
function byParent(paths: readonly string[]): string[] {
  const lines = new Map<string, string[]>();
  for (const path of paths) {
    // A name with a slash is a label's, and has dots of its own.
    const [, parent = path, field, item] = /^([^/]*)(?:\.([^./[\]]+)|\[([^/[\]]+)\])$/.exec(path) ?? [];
    lines.set(parent, [...(lines.get(parent) ?? []), ...[field ?? item ?? []].flat()]);
  }
  return [...lines].map(([parent, names]) => [parent, names.join(', ')].filter(Boolean).join(': '));
}

/** A line each, without the pointer to this very command. */
function saidIn(message = 'nothing yet: is it installed, and does it run?', name = ''): string[] {
  return message.split('; ').filter((part) => !part.startsWith(`kubectl nacos adopt ${name} `));
}

function section(title: string, lines: readonly string[]): string {
  return lines.length > 0 ? `  ${title}:\n${lines.map((line) => `    ${line}\n`).join('')}` : '';
}
