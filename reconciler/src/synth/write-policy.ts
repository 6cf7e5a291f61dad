import type { Construct } from 'constructs';
import type { Controller, Permission } from '../controller.js';
import type { Kind } from '../kind.js';
import type { KubernetesObject } from '../object.js';
import type { Resource } from '../resource.js';
import { programName } from './deployment.js';
import { add, clusterScoped } from './scope.js';
import type { Settings } from './settings.js';

const admission = 'admissionregistration.k8s.io/v1';
const writing: Permission['verbs'] = ['create', 'update', 'patch', 'delete'];

/** Who may have an object that the operator writes, by the declarations of all its controllers. */
interface Written {
  readonly kind: Kind;
  /** Resources whose objects may be its owner. */
  readonly owners: readonly Resource[];
  /** CEL over `object`, any of which allows it without an owner; undefined is all objects. */
  readonly without: readonly (string | undefined)[];
}

/**
 * Roles cannot say "what my objects own": this policy does, for the operator's own user (Kubernetes ≥ 1.30,
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy). It compares the owner
 * reference, since CEL sees no other object; one that names no owner is removed by the garbage collector.
 */
export function writePolicy(scope: Construct, settings: Settings): void {
  const kinds = writtenKinds(settings.controllers);
  if (kinds.length === 0) return;
  const { name, namespace, labels } = settings;
  const user = `system:serviceaccount:${namespace}:${name}`;
  const policy = {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules: kinds.map(({ kind }) => matching(kind)) },
    matchConditions: [{ name: 'is-the-operator', expression: `request.userInfo.username == '${user}'` }],
    variables: [{ name: 'objects', expression: bothVersions }],
    validations: [
      ...outsideOfSystem(settings),
      ...ownProgram(settings, kinds),
      ...onlyOpaque(kinds),
      ...kinds.flatMap(validations),
    ],
  };
  const binding = { policyName: name, validationActions: ['Deny'] };
  for (const [kind, spec] of Object.entries({
    ValidatingAdmissionPolicy: policy,
    ValidatingAdmissionPolicyBinding: binding,
  }))
    clusterScoped(
      add(scope, `write-${kind}`, {
        apiVersion: admission,
        kind,
        metadata: { name, labels },
        spec,
      } as KubernetesObject),
    );
}

/** The object as it is and as it would be; `dyn`, as the kinds have different fields. */
const bothVersions =
  "request.operation == 'CREATE' ? [dyn(object)] : request.operation == 'DELETE' ? [dyn(oldObject)] : [dyn(oldObject), dyn(object)]";

function writtenKinds(controllers: readonly Controller[]): Written[] {
  const found = new Map<string, { kind: Kind; owners: Resource[]; without: (string | undefined)[] }>();
  const of = (kind: Kind) => {
    const id = `${kind.plural}.${kind.group}`;
    const known = found.get(id) ?? { kind, owners: [], without: [] };
    found.set(id, known);
    return known;
  };
  for (const { owns, permissions = [], resource } of controllers) {
    for (const kind of Object.values(owns)) of(kind).owners.push(resource);
    for (const { kind, verbs, only, name, subresource } of permissions) {
      const isOwn = controllers.some(
        ({ resource: { plural, group } }) => plural === kind.plural && group === kind.group,
      );
      if (subresource || isOwn || !verbs.some((verb) => writing.includes(verb))) continue;
      of(kind).without.push(only ?? (name && `object.metadata.name == '${name}'`));
    }
  }
  return [...found.values()];
}

/** Other versions are equivalent to the API server. */
function matching({ group, version, plural }: Kind) {
  const operations = ['CREATE', 'UPDATE', 'DELETE'];
  return { apiGroups: [group], apiVersions: [version], operations, resources: [plural] };
}

function isOf({ group, plural }: Kind): string {
  return `request.resource.group == '${group}' && request.resource.resource == '${plural}'`;
}

function validations({ kind, owners, without }: Written) {
  if (without.includes(undefined)) return [];
  const names = [...new Set(owners.map((owner) => owner.kind))].join(' or ');
  const allowed = [...(owners.length > 0 ? [ownedBy(owners), leftBehind(owners)] : []), ...without];
  const conditions = allowed.map((condition) => `(${condition})`).join(' || ');
  const beside = owners.length > 0 && without.length > 0 ? ', or what a permission allows it' : '';
  const what = names ? `what a ${names} owns${beside}` : 'what a permission allows it';
  return [
    refusal(`!(${isOf(kind)}) || variables.objects.all(object, ${conditions})`, `${kind.kind}: writes only ${what}`),
    ...(owners.length > 0 ? [sameOwner(kind)] : []),
  ];
}

function ownedBy(owners: readonly Resource[]): string {
  const any = owners.map(({ group, kind }) => `(o.kind == '${kind}' && o.apiVersion.startsWith('${group}/'))`);
  return `has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(o, ${isController} && (${any.join(' || ')}))`;
}

const isController = 'has(o.controller) && o.controller';

/**
 * An existing object without an owner that the operator wrote, or that is marked to be adopted: only others can mark
 * what it may not write. See `adoptionOf`.
 */
function leftBehind(owners: readonly Resource[]): string {
  const marks = owners.flatMap(({ group }) => [`'${group}/applied'`, `'${group}/adopt'`]);
  const isMarked = [...new Set(marks)].map((mark) => `${mark} in object.metadata.annotations`).join(' || ');
  return `request.operation != 'CREATE' && has(object.metadata.annotations) && (${isMarked}) && !(has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(o, ${isController}))`;
}

/** A child of one owner never becomes another one's. */
function sameOwner(kind: Kind) {
  const of = (object: string, condition: string) =>
    `has(${object}.metadata.ownerReferences) && ${object}.metadata.ownerReferences.exists(o, ${condition})`;
  const kept = `!has(object.metadata.ownerReferences) || object.metadata.ownerReferences.all(n, !(has(n.controller) && n.controller) || oldObject.metadata.ownerReferences.exists(o, o.uid == n.uid))`;
  return refusal(
    `!(${isOf(kind)}) || request.operation != 'UPDATE' || !(${of('oldObject', isController)}) || (${kept})`,
    `${kind.kind}: gives no child of one owner to another`,
  );
}

/** Namespaces of Kubernetes itself, unless they are named. */
function outsideOfSystem({ watchNamespaces = [] }: Settings) {
  if (watchNamespaces.some((namespace) => namespace.startsWith('kube-'))) return [];
  return [refusal("!has(request.namespace) || !request.namespace.startsWith('kube-')", 'writes nothing in kube-*')];
}

/** Also while it is missing. */
function ownProgram(settings: Settings, kinds: readonly Written[]) {
  if (!kinds.some(({ kind }) => kind.plural === 'configmaps' && kind.group === '')) return [];
  const name = programName(settings);
  return [
    refusal(
      `request.resource.resource != 'configmaps' || request.namespace != '${settings.namespace}' || !variables.objects.exists(object, object.metadata.name.startsWith('${name}'))`,
      'does not write its own program',
    ),
  ];
}

/** Secrets of other types are filled in by Kubernetes, as with the token of any ServiceAccount, or read by it. */
function onlyOpaque(kinds: readonly Written[]) {
  if (!kinds.some(({ kind }) => kind.plural === 'secrets' && kind.group === '')) return [];
  return [
    refusal(
      "request.resource.resource != 'secrets' || variables.objects.all(object, !has(object.type) || object.type == 'Opaque')",
      'writes only Secrets of type Opaque',
    ),
  ];
}

function refusal(expression: string, message: string) {
  return { expression, message: `the operator ${message}`, reason: 'Forbidden' };
}
