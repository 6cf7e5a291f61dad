import { equal } from '../equal.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import { compare, compareRenderings } from './compare.js';

/** A child that a plan makes another one. */
export interface ChildChange {
  readonly change: 'created' | 'changed' | 'removed';
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** Fields that differ, of one that is changed. */
  readonly paths: readonly string[];
}

/** What is there, what was rendered before, and what is there in the end. */
interface Stages {
  /** Keys of the label and the annotation by which children are ours. */
  readonly ours: readonly string[];
  readonly live: readonly KubernetesObject[];
  readonly rendered: readonly KubernetesObject[];
  readonly after: readonly Stored[];
}

export function changesOf({ ours, live, rendered, after }: Stages): ChildChange[] {
  const [was, said, is] = [live, rendered, after].map(byName);
  return [...new Set([...was!.keys(), ...said!.keys(), ...is!.keys()])].flatMap((name): ChildChange[] => {
    const [before, former, now] = [was!.get(name), said!.get(name), is!.get(name)];
    if (!now) return [changeOf('removed', (before ?? former)!)];
    if (!before && !former) return [changeOf('created', now)];
    // Nothing was written: it has what is rendered, and the defaults of the API server.
    if (now === before) return [];
    const next = plain(now, ours);
    // What is rendered otherwise changes, whatever is live.
    const rendered = former ? compareRenderings(next, plain(former, ours)) : [];
    const paths = new Set([...compare(next, (before ?? former)!), ...rendered]);
    return paths.size > 0 ? [changeOf('changed', now, [...paths])] : [];
  });
}

/** Workloads that get another template, which replaces their pods. */
export function restartsOf(
  changes: readonly ChildChange[],
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): string[] {
  const [former, latter] = [byName(before), byName(after)];
  return changes.flatMap((change) => {
    if (change.change !== 'changed' || !/^(Deployment|StatefulSet|DaemonSet)$/.test(change.kind)) return [];
    const object = { ...change, metadata: change };
    const [was, is] = [former, latter].map((objects) => specOf(objects.get(keyOf(object))));
    const replaces = is?.updateStrategy?.type !== 'OnDelete' && !equal(was?.template, is?.template);
    return replaces && change.paths.some((path) => path.startsWith('spec.template')) ? [describeObject(object)] : [];
  });
}

function specOf(workload: KubernetesObject | undefined) {
  return (workload as { spec?: { updateStrategy?: { type?: string }; template?: object } } | undefined)?.spec;
}

function changeOf(change: ChildChange['change'], object: KubernetesObject, paths: readonly string[] = []): ChildChange {
  const { apiVersion = '', kind = '', metadata: { name = '', namespace } = {} } = object;
  return { change, apiVersion, kind, name, ...(namespace && { namespace }), paths };
}

function byName(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}

/** A written child as it was rendered: without the label and the digest by which it is ours. */
function plain(object: KubernetesObject, ours: readonly string[]): KubernetesObject {
  const { status: _, metadata, ...content } = object as KubernetesObject & { readonly status?: unknown };
  const { labels, annotations } = metadata ?? {};
  return {
    ...content,
    metadata: { labels: without(labels, ours), annotations: without(annotations, ours) },
  };
}

function without(entries: Readonly<Record<string, string>> = {}, ours: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !ours.includes(key)));
}

/** Kinds of different groups may have one name; versions of a group are the same kind. */
export function keyOf(object: KubernetesObject): string {
  return `${groupOf(object)} ${describeObject(object)}`;
}

/** Empty for the core group. */
export function groupOf({ apiVersion = '' }: KubernetesObject): string {
  return apiVersion.split('/').slice(0, -1).join();
}
