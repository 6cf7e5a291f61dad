import { hash } from 'node:crypto';
import { kindOf } from '../client/endpoint.js';
import { toJson } from '../client/json.js';
import type { Controller } from '../controller.js';
import { TerminalError } from '../errors.js';
import { initialValues, listOfBoth, type Started } from '../initially.js';
import type { Secret } from '../kinds/kinds.js';
import { describeObject, type KubernetesObject, type Stored } from '../object.js';
import type { takenWhole } from '../wholly.js';
import type { OwnedFields } from './managed-fields.js';

/** A rendered child as it is applied. */
export interface Desired extends Started {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: NonNullable<KubernetesObject['metadata']> & { readonly name: string };
  readonly [takenWhole]?: boolean;
}

/**
 * Annotation of a child with a digest of its last apply, which shows whether a difference comes from rendering or from
 * drift, and after a dot one of its owner's and its own kind and name: a copy under another name is none, and no object
 * of another name has it.
 */
export function digestAnnotation({ resource }: Controller): string {
  return `${resource.group}/applied`;
}

/** Annotation by which an existing object is to become a child: see `adoptionOf`. */
export function adoptAnnotation({ resource }: Controller): string {
  return `${resource.group}/adopt`;
}

/**
 * A rendered child with all that makes it ours: namespace, owner reference, label, digest; and without what can never
 * be ours, such as a status.
 *
 * @throws TerminalError if the controller may not have such a child
 */
export function asChild(controller: Controller, owner: Stored, child: KubernetesObject): Desired {
  const { owns, label } = controller;
  const { status: _status, ...rendered } = child as KubernetesObject & { readonly status?: unknown };
  const { name, namespace = owner.metadata.namespace } = child.metadata ?? {};
  const kind = kindOf(child, Object.values(owns));
  if (!kind)
    throw invalid(child, `its kind ${child.apiVersion} ${child.kind} is not in owns of controller ${controller.name}`);
  if (!name)
    throw invalid(child, 'it has no metadata.name; a child needs a name that is the same in every reconciliation');
  if (kind.namespaced && !namespace) throw invalid(child, 'it has no namespace, and neither has its owner');
  if (owner.metadata.namespace && namespace !== owner.metadata.namespace) {
    throw invalid(child, `it is in namespace ${namespace}, expected ${owner.metadata.namespace}, its owner's`);
  }
  if (owner.metadata.namespace && !kind.namespaced) {
    throw invalid(child, 'it is in no namespace, and so cannot be owned by what is in one');
  }
  const list = listOfBoth(child);
  if (list)
    throw invalid(child, `${list} is rendered, so that no items of it can be initial: leave it out of initially`);
  const metadata = {
    ...stated(child.metadata),
    name,
    ...(kind.namespaced && { namespace }),
    labels: { ...child.metadata?.labels, [label[0]]: label[1] },
    ownerReferences: [ownerReference(owner)],
  };
  const owned = { ...encodeStrings(rendered), metadata } as Desired;
  const annotations = {
    ...child.metadata?.annotations,
    [digestAnnotation(controller)]: `${digest(owned)}.${identity(owner, owned)}`,
  };
  const initial = owned[initialValues];
  return {
    ...owned,
    metadata: { ...metadata, annotations },
    ...(initial && { [initialValues]: encodeStrings({ ...initial, apiVersion: child.apiVersion, kind: child.kind }) }),
  };
}

/** The owner reference of the controller of the object. */
export function controllerOf({ metadata }: Stored) {
  return metadata.ownerReferences?.find(({ controller }) => controller);
}

/** Without what identifies the object: no manager owns that. Owner references are compared by themselves. */
export function content({ apiVersion: _version, kind: _kind, metadata, ...rest }: Desired): object {
  const { name: _name, namespace: _namespace, ownerReferences: _owners, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

/**
 * Whether the object is this owner's: by its owner reference or, where that was removed and there is no other one, by
 * our label and the name of the owner that it had, if our field manager owns it.
 */
export function isOurs(controller: Controller, owner: Stored, object: Stored, { object: ours }: OwnedFields): boolean {
  const reference = controllerOf(object);
  if (reference) return reference.uid === owner.metadata.uid;
  const [key, value] = controller.label;
  return object.metadata.labels?.[key] === value && ours !== undefined && isWrittenFor(controller, owner, object);
}

/** Whether this operator has written it for an object of the owner's name, and it is no copy. */
function isWrittenFor(controller: Controller, owner: Stored, object: Stored): boolean {
  const [, written] = object.metadata.annotations?.[digestAnnotation(controller)]?.split('.') ?? [];
  return written === identity(owner, object);
}

/**
 * Whether the object is of a former object with the owner's name, which was deleted and created again: the garbage
 * collector removes it, which may take minutes.
 */
export function isOfFormer({ apiVersion, kind, metadata: { name, uid } }: Stored, object: Stored): boolean {
  const reference = controllerOf(object);
  const group = (version = '') => version.split('/').slice(0, -1).join();
  return (
    reference?.kind === kind &&
    reference.name === name &&
    reference.uid !== uid &&
    group(reference.apiVersion) === group(apiVersion)
  );
}

/**
 * What an object that has no owner yet says of its adoption: its annotation has the name of the owner and, after
 * commas, field managers that keep what they own. One that this operator has written for it, and that a backup brought
 * back without owner and managedFields, is adopted unasked. Undefined if this owner must not adopt it.
 */
export function adoptionOf(controller: Controller, owner: Stored, object: Stored): readonly string[] | undefined {
  const { annotations } = object.metadata;
  if (controllerOf(object)) return undefined;
  const [name, ...managers] = annotations?.[adoptAnnotation(controller)]?.split(',').map((part) => part.trim()) ?? [];
  if (name === owner.metadata.name) return managers;
  return isWrittenFor(controller, owner, object) ? [] : undefined;
}

/**
 * What a child that is a copy of another object has of that: owners, and what the API server sets, which it ignores in
 * an apply as it does a status (apimachinery: managedfields/internal/stripmeta.go).
 */
const ofAnother = [
  ...['ownerReferences', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink', 'managedFields'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds'],
];

function stated(metadata: KubernetesObject['metadata'] = {}): KubernetesObject['metadata'] {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !ofAnother.includes(name)));
}

function ownerReference({ apiVersion, kind, metadata: { name, uid } }: Stored) {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function digest(object: object): string {
  return hash('sha256', toJson(object), 'base64url').slice(0, 16);
}

function identity(owner: Stored, { kind, metadata }: KubernetesObject): string {
  return digest({ owner: [owner.kind, owner.metadata.name], kind, name: metadata?.name });
}

/** `stringData` is write-only: the API server turns it into `data`, and records no owner of its fields. */
function encodeStrings(child: KubernetesObject): KubernetesObject {
  const { stringData, ...secret } = child as Secret;
  if (child.kind !== 'Secret' || child.apiVersion !== 'v1' || !stringData) return child;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { ...secret, data: { ...secret.data, ...Object.fromEntries(encoded) } } as KubernetesObject;
}

function invalid(child: KubernetesObject, problem: string): TerminalError {
  return new TerminalError('InvalidChild', `render returned ${describeObject(child)}: ${problem}`);
}
