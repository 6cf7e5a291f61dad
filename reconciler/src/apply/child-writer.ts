import type { KnownChildren } from '../cache/known-children.js';
import type { Api } from '../client/api.js';
import { ApiError } from '../client/api-error.js';
import { kindOf } from '../client/endpoint.js';
import type { Controller } from '../controller.js';
import { TerminalError } from '../errors.js';
import type { Kind } from '../kind.js';
import { describeObject, type KubernetesObject, keyOf, type Stored } from '../object.js';
import { bodyOf } from '../reconcile/body.js';
import { rememberApplied } from '../reconcile/changes.js';
import { overlaps } from '../reconcile/field-set.js';
import { type Entry, entriesOf, type OwnedFields, takeOwnedFields } from '../reconcile/managed-fields.js';
import type { Owner } from '../reconcile/owner.js';
import { adoptionOf, content, controllerOf, type Desired, digestAnnotation, isOurs } from '../reconcile/ownership.js';
import { nameTaken, OwnerGoesError } from '../reconcile/problem.js';
import { adopt, obstacles, takeOver } from '../reconcile/take-over.js';
import { takenWhole } from '../wholly.js';
import { deletedByOthers, Rivals } from './rivals.js';

/** Of one child, while others keep writing the same object. */
const mostAttempts = 3;

/** A child as it is, and what we own of it. */
interface Found {
  readonly live: Stored;
  readonly owned: OwnedFields;
}

/**
 * Makes children what they should be by server-side apply, and shows the answers in the caches. See docs/children.md.
 */
export class ChildWriter {
  private readonly rivals: Rivals;

  constructor(
    private readonly controller: Controller,
    private readonly known: KnownChildren,
    private readonly api: Api,
    now: () => number,
  ) {
    this.rivals = new Rivals(now);
  }

  /**
   * @param live as far as it is known. @default the child is created
   * @throws NameTakenError if the live object of that name has another owner
   * @throws RivalError while it is left to others, who kept undoing what was written
   * @throws TerminalError if others take away the label by which the child is found
   */
  async write(owner: Owner, desired: Desired, live?: Stored): Promise<void> {
    const child = describeObject(desired);
    if (live) await this.rivals.check(child, () => this.othersOf(desired));
    else await this.rivals.check(child, async () => [], deletedByOthers);
    await this.attempt(owner, desired, live);
    // That a new object gets its children says nothing of others.
    if (live ?? isEstablished(owner))
      this.rivals.wrote(child, desired.metadata.annotations?.[digestAnnotation(this.controller)]);
  }

  private async attempt(owner: Owner, desired: Desired, live?: Stored): Promise<void> {
    let found = live && { live, owned: this.known.ownedFields(live) };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.apply(owner, desired, found);
      } catch (error) {
        if (!(error instanceof ApiError) || attempt === mostAttempts) throw error;
        const now = await whileOthersWrite(() => this.clearTheWay(owner, desired, error));
        if (!now) throw error;
        found = now;
      }
    }
  }

  private async apply(owner: Owner, desired: Desired, found: Found | undefined): Promise<void> {
    if (found ? !controllerOf(found.live) : isEstablished(owner)) await this.checkOwner(owner);
    const kind = ownedKind(this.controller, desired);
    const answer = await this.api.apply(kind, bodyOf(desired, kind, found?.live, found?.owned.object));
    const [key, value] = this.controller.label;
    if (answer.metadata.labels?.[key] !== value)
      throw new TerminalError(
        'LabelTaken',
        `${describeObject(desired)} was written and lacks the label ${key}, which a webhook takes away: without it no change of the child is seen. Exempt the label there`,
      );
    const stored = this.known.cacheOf(desired)?.wrote(answer) ?? answer;
    rememberApplied(this.controller, desired, stored, this.known.ownedFields(stored));
  }

  /**
   * Asked before a child is taken that has no owner, since an object that is deleted and leaves its children behind
   * must not take them back; and before an object that has a status, so is not new, gets a child that is missing, as
   * the child's deletion may be seen before the object's own.
   *
   * @throws OwnerGoesError if the object is gone, or going, though the watch has not shown it yet
   */
  private async checkOwner(owner: Owner): Promise<void> {
    const { name, namespace, uid } = owner.metadata;
    const now = await this.api.find(this.controller.resource, name, namespace);
    if (now?.metadata.uid !== uid || now.metadata.deletionTimestamp) throw new OwnerGoesError(describeObject(owner));
  }

  /**
   * Field managers of others that have what is rendered, such as an autoscaler by the subresource `scale`. Where none
   * has, as after a removal, all that wrote to the child, but for Kubernetes's own.
   */
  private async othersOf(desired: Desired): Promise<readonly string[]> {
    const { name, namespace } = desired.metadata;
    const live = await this.api.find(ownedKind(this.controller, desired), name, namespace);
    const others = (live ? entriesOf(live) : []).filter(
      ({ manager, subresource }) => manager && manager !== this.controller.fieldManager && subresource !== 'status',
    );
    const rivals = others.filter(({ fieldsV1 = {} }) => overlaps(fieldsV1, content(desired)));
    const writers = others.filter(({ manager, subresource }) => !subresource && !manager?.startsWith('kube-'));
    const named = (rivals.length > 0 ? rivals : writers).map(({ manager = '', subresource }) =>
      subresource ? `${manager} (${subresource})` : manager,
    );
    return [...new Set(named)];
  }

  /** What there is to apply to after a refusal. Undefined if nothing can be done about it. */
  private async clearTheWay(owner: Owner, desired: Desired, { status, causes }: ApiError): Promise<Found | undefined> {
    if (status !== 409 && causes.length === 0) return undefined;
    const { name, namespace } = desired.metadata;
    const live = await this.api.find(ownedKind(this.controller, desired), name, namespace);
    // Gone again, or on its way out: the next attempt creates it.
    if (!live || live.metadata.deletionTimestamp) return undefined;
    const { fieldManager } = this.controller;
    const entries = entriesOf(live);
    const owned = takeOwnedFields(live, fieldManager);
    if (!isOurs(this.controller, owner, live, owned)) {
      const keeping = adoptionOf(this.controller, owner, live);
      if (!keeping) throw nameTaken(this.controller, owner, live);
      return this.rewrite(live, adopt(entries, fieldManager, live as Desired, keeping));
    }
    // Another program has made it for the same owner.
    if (desired[takenWhole] && !owned.object)
      return this.rewrite(live, adopt(entries, fieldManager, live as Desired, []));
    if (status === 409) return { live, owned };
    const obstacle = obstacles(causes, desired, live, entries);
    return obstacle && this.rewrite(live, takeOver(entries, fieldManager, desired.apiVersion, obstacle));
  }

  /** Of that very version: there is no other way to write managedFields. */
  private async rewrite(live: Stored, managedFields: readonly Entry[]): Promise<Found> {
    const { name, namespace, uid, resourceVersion } = live.metadata;
    const patch = { metadata: { uid, resourceVersion, managedFields } };
    const answer = await this.api.patch(ownedKind(this.controller, live), name, patch, namespace);
    return { live: answer, owned: takeOwnedFields(answer, this.controller.fieldManager) };
  }
}

/** Whether the object was reconciled before. */
function isEstablished({ status }: Owner): boolean {
  return (status?.observedGeneration ?? -1) > 0;
}

/** What reads an object and writes that very version, again where another writer came between. */
async function whileOthersWrite<T>(readAndWrite: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || attempt === mostAttempts) throw error;
    }
  }
}

/** @throws Error if the controller does not own such objects */
export function ownedKind({ owns, name }: Controller, object: KubernetesObject): Kind {
  const kind = kindOf(object, Object.values(owns));
  if (!kind) throw new Error(`${object.kind} ${keyOf(object)} is of a kind that controller ${name} does not own`);
  return kind;
}
