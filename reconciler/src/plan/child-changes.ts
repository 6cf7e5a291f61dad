import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import { compare } from './compare.js';

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
  readonly live: readonly KubernetesObject[];
  readonly rendered: readonly Stored[];
  readonly after: readonly Stored[];
}

export function changesOf({ live, rendered, after }: Stages): ChildChange[] {
  const [was, said, is] = [live, rendered, after].map(byName);
  return [...new Set([...was!.keys(), ...said!.keys(), ...is!.keys()])].flatMap((name): ChildChange[] => {
    const [before, former, now] = [was!.get(name), said!.get(name), is!.get(name)];
    if (!now) return [changeOf('removed', (before ?? former)!)];
    if (!before && !former) return [changeOf('created', now)];
    // Fields that are no longer rendered go, whatever is live.
    const gone = former ? compare(plain(former), now) : [];
    const paths = new Set([...compare(plain(now), (before ?? former)!), ...gone]);
    return paths.size > 0 ? [changeOf('changed', now, [...paths])] : [];
  });
}

/** Those whose pods get another template, and are replaced for it. */
export function restartsOf(changes: readonly ChildChange[], after: readonly Stored[]): string[] {
  return changes.flatMap((change) => {
    if (change.change !== 'changed' || !/^(Deployment|StatefulSet|DaemonSet)$/.test(change.kind)) return [];
    const name = describeObject({ ...change, metadata: change });
    const now = after.find((object) => describeObject(object) === name) as {
      spec?: { updateStrategy?: { type?: string } };
    };
    const replaces = now?.spec?.updateStrategy?.type !== 'OnDelete';
    return replaces && change.paths.some((path) => path.startsWith('spec.template')) ? [name] : [];
  });
}

function changeOf(change: ChildChange['change'], object: KubernetesObject, paths: readonly string[] = []): ChildChange {
  const { apiVersion = '', kind = '', metadata: { name = '', namespace } = {} } = object;
  return { change, apiVersion, kind, name, ...(namespace && { namespace }), paths };
}

function byName(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(objects.map((object) => [describeObject(object), object]));
}

/** What people render of an object: without what the model, and writing it, add. */
function plain(object: KubernetesObject): KubernetesObject {
  const { status: _, metadata, ...content } = object as KubernetesObject & { readonly status?: unknown };
  const { labels, annotations } = metadata ?? {};
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !key.endsWith('/applied'));
  return { ...content, metadata: { labels, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } };
}
