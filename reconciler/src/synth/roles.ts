import type { Controller } from '../controller.js';
import type { Resource } from '../resource.js';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface Permissions {
  /** For each namespace that is watched. */
  readonly namespaced: readonly PolicyRule[];
  /** For objects that are in no namespace. */
  readonly cluster: readonly PolicyRule[];
}

type Kind = Pick<Resource, 'group' | 'plural' | 'namespaced'>;

interface Use extends Kind {
  readonly verbs: readonly string[];
}

const watch = ['list', 'watch'];
/** Always in a namespace: an event about a cluster-scoped object is kept in `default`. */
const events: Use = { group: '', plural: 'events', namespaced: true, verbs: ['create', 'patch'] };

/** What a controller has to be allowed, by what it owns and reads; and nothing else. */
export function permissions(controller: Controller): Permissions {
  const uses = [...parentUses(controller), ...childUses(controller), events];
  return {
    namespaced: rules(uses.filter(({ namespaced }) => namespaced)),
    cluster: rules(uses.filter(({ namespaced }) => !namespaced)),
  };
}

function parentUses({ resource, finalize }: Controller): Use[] {
  return [
    use(resource, [...watch, ...(finalize ? ['patch'] : [])]),
    use({ ...resource, plural: `${resource.plural}/status` }, ['patch']),
    // Asked for by the admission plugin OwnerReferencesPermissionEnforcement (on in OpenShift) of who sets blockOwnerDeletion.
    use({ ...resource, plural: `${resource.plural}/finalizers` }, ['update']),
  ];
}

function childUses({ owns = {}, reads = {} }: Controller): Use[] {
  return [
    // An apply that creates takes both create and patch.
    ...Object.values(owns).map((kind) => use(kind, [...watch, 'create', 'patch', 'delete'])),
    ...Object.values(reads).map((kind) => use(kind, watch)),
  ];
}

function use({ group, plural, namespaced }: Kind, verbs: readonly string[]): Use {
  return { group, plural, namespaced, verbs };
}

/** One rule for all resources of a group that have the same verbs. */
function rules(uses: readonly Use[]): PolicyRule[] {
  const byVerbs = new Map<string, { group: string; verbs: readonly string[]; resources: string[] }>();
  for (const { group, plural, verbs } of onePerResource(uses)) {
    const key = [group, ...verbs].join();
    const rule = byVerbs.get(key) ?? { group, verbs, resources: [] };
    rule.resources.push(plural);
    byVerbs.set(key, rule);
  }
  return [...byVerbs.values()].map(({ group, verbs, resources }) => ({ apiGroups: [group], resources, verbs }));
}

/** A resource that is used in several ways needs the verbs of all of them. */
function onePerResource(uses: readonly Use[]): Iterable<Use> {
  const merged = new Map<string, Use>();
  for (const next of uses) {
    const key = `${next.plural}.${next.group}`;
    const before = merged.get(key);
    merged.set(key, before ? { ...before, verbs: [...new Set([...before.verbs, ...next.verbs])] } : next);
  }
  return merged.values();
}
