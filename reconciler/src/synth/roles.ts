import type { Controller, Permission } from '../controller.js';
import { DefinitionKind } from '../definition.js';
import type { Kind } from '../kind.js';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface PolicyRules {
  /** For each namespace that is watched. */
  readonly namespaced: readonly PolicyRule[];
  /** For objects that are in no namespace. */
  readonly cluster: readonly PolicyRule[];
}

/** What is done with a resource such as `deployments` or `webservers/status`. */
interface Use {
  readonly group: string;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: Permission['verbs'];
  /** @default all objects */
  readonly name?: string | undefined;
}

const watch: Permission['verbs'] = ['list', 'watch'];

/**
 * Always in a namespace: an event about a cluster-scoped object is kept in `default`. Equal ones are counted by a
 * patch.
 */
const events: Use = { group: 'events.k8s.io', resource: 'events', namespaced: true, verbs: ['create', 'patch'] };

/** For a namespace that has events and is not watched. */
export const eventRules = rules([events]);

/** What a controller has to be allowed, by what it declares; and nothing else. */
export function policyRules(controller: Controller): PolicyRules {
  const uses = onePerResource([
    ...ownerUses(controller),
    ...childUses(controller),
    ...extraUses(controller),
    events,
    ...refusedPodsUses(controller),
  ]);
  return {
    namespaced: rules(uses.filter(({ namespaced }) => namespaced)),
    cluster: rules(uses.filter(({ namespaced }) => !namespaced)),
  };
}

function ownerUses({ resource, finalize }: Controller): Use[] {
  return [
    use(resource, [...watch, ...(finalize ? (['patch'] as const) : [])]),
    use(resource, ['update'], 'status'),
    // Asked for by the admission plugin OwnerReferencesPermissionEnforcement (on in OpenShift) of requests that set
    // blockOwnerDeletion.
    use(resource, ['update'], 'finalizers'),
    // Objects come without the fields that it lacks.
    { ...use(DefinitionKind, ['get']), name: resource.definition.metadata?.name },
  ];
}

function childUses({ owns, reads = {} }: Controller): Use[] {
  return [
    ...Object.values(owns).map((kind) => use(kind, [...watch, 'create', 'patch', 'delete'])),
    ...Object.values(reads).map((kind) => use(kind, watch)),
  ];
}

/** Why their pods are refused is in events of their controllers alone. */
function refusedPodsUses({ owns }: Controller): Use[] {
  const hides = Object.values(owns).some(({ group, kind }) =>
    /^(apps (StatefulSet|DaemonSet)|batch Job)$/.test(`${group} ${kind}`),
  );
  return hides ? [{ ...events, verbs: ['list'] }] : [];
}

function extraUses({ permissions = [] }: Controller): Use[] {
  return permissions.map(({ kind, verbs, subresource, name }) => ({ ...use(kind, verbs, subresource), name }));
}

function use({ group, plural, namespaced }: Kind, verbs: Permission['verbs'], subresource?: string): Use {
  return { group, namespaced, verbs, resource: subresource ? `${plural}/${subresource}` : plural };
}

/** One rule for all resources of a group that have the same verbs. */
function rules(uses: readonly Use[]): PolicyRule[] {
  const byVerbs = new Map<string, Pick<Use, 'group' | 'verbs' | 'name'> & { resources: string[] }>();
  for (const { group, resource, verbs, name } of uses) {
    const key = [group, name, ...verbs].join();
    const rule = byVerbs.get(key) ?? { group, verbs, name, resources: [] };
    rule.resources.push(resource);
    byVerbs.set(key, rule);
  }
  return [...byVerbs.values()].map(({ group, verbs, resources, name }) => ({
    ...{ apiGroups: [group], resources, verbs },
    ...(name && { resourceNames: [name] }),
  }));
}

/** A resource that is used in several ways needs the verbs of all of them. */
function onePerResource(uses: readonly Use[]): Use[] {
  const merged = new Map<string, Use>();
  for (const next of uses) {
    const key = [next.resource, next.group, next.name].join();
    const before = merged.get(key);
    merged.set(key, before ? { ...before, verbs: [...new Set([...before.verbs, ...next.verbs])] } : next);
  }
  return [...merged.values()];
}
