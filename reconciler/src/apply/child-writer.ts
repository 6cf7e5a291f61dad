import type { KnownChildren } from '../cache/known-children.js';
import type { Api } from '../client/api.js';
import { ApiError } from '../client/api-error.js';
import { kindOf } from '../client/endpoint.js';
import type { Controller } from '../controller.js';
import type { Kind } from '../kind.js';
import { type KubernetesObject, keyOf, type Stored } from '../object.js';
import { leavesOut, ownsAll, settle } from '../reconcile/changes.js';
import { creatorOf, handOver, shapeOf } from '../reconcile/creation.js';
import { editOf } from '../reconcile/edit.js';
import { type Entry, type OwnedFields, takeOwnedFields } from '../reconcile/managed-fields.js';
import { content, controllerOf, type Desired, isOurs } from '../reconcile/ownership.js';
import type { Parent } from '../reconcile/pass.js';
import { nameTaken } from '../reconcile/problem.js';

/** Of a hand-over, while others keep writing the same object. */
const mostAttempts = 5;

/** Makes children what they should be, and shows the answers in the caches. */
export class ChildWriter {
  constructor(
    private readonly controller: Controller,
    private readonly known: KnownChildren,
    private readonly api: Api,
  ) {}

  /** @throws NameTakenError if somebody else has an object of that name */
  async create(parent: Parent, desired: Desired): Promise<void> {
    try {
      const answer = await this.api.create(this.kindOf(desired), desired, undefined, this.creator(desired));
      const created = this.show(desired, answer);
      // Two items of a list with the same key, which a POST takes: an apply says what is wrong. Or values that say nothing, such as
      // `minReadySeconds: 0`, which are not recorded for a POST: only an apply owns them, and notices when they go.
      if (!ownsAll(desired, this.known.ownedFields(created))) await this.update(desired, created);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      const live = await this.look(desired);
      // Gone again, or on its way out: the next attempt creates it.
      if (!live || live.metadata.deletionTimestamp) throw error;
      if (!isOurs(this.controller, parent, live)) throw nameTaken(live);
      await this.update(desired, live, takeOwnedFields(live, this.controller.fieldManager));
    }
  }

  /** The uid makes sure that it is still the object that we know. */
  async update(desired: Desired, live: Stored, owned = this.known.ownedFields(live)): Promise<void> {
    const body = { ...desired, metadata: { ...desired.metadata, uid: live.metadata.uid } };
    const removes = leavesOut(desired, owned);
    const version = removes ? await this.handOver(desired) : undefined;
    if (!removes && owned.onlyCreated && (await this.edit(desired, live, owned))) return;
    // A default of the creation may not go with a value that is new, such as a rolling update's limits with `Recreate`.
    const remedies: Remedy[] = owned.created !== undefined && !removes ? [() => this.handOver(desired)] : [];
    await this.apply(desired, body, [...remedies, (last) => this.replaceLists(atVersion(body, last))], version);
  }

  /**
   * Where it is refused, once more after each of the remedies.
   *
   * @param version of our last write, if one has just been made: see `atVersion`
   */
  private async apply(desired: Desired, body: Desired, remedies: readonly Remedy[], version?: string): Promise<void> {
    try {
      const stored = this.show(desired, await this.api.apply(this.kindOf(desired), atVersion(body, version)));
      settle(this.controller, desired, this.known.ownedFields(stored).object);
    } catch (error) {
      const [remedy, ...others] = remedies;
      if (!(error instanceof ApiError) || error.status !== 422 || !remedy) throw error;
      // Trouble on the way passes; a remedy that is refused says nothing of the child.
      const remedied = await remedy(version).catch((trouble) => {
        throw trouble instanceof ApiError && !trouble.transient ? error : trouble;
      });
      await this.apply(desired, body, others, remedied ?? version);
    }
  }

  /**
   * An apply leaves in a list what others put there, such as a port of a Service that was given another number, under the name of ours.
   * Where the API server takes no such mixture, the lists become ours as a whole; a field that cannot change at all is refused here too.
   * What this writes counts as created, so that it is handed over too.
   */
  private async replaceLists(body: Desired): Promise<string> {
    const { apiVersion: _version, kind: _kind, metadata, ...content } = body;
    const { name, namespace, uid, resourceVersion } = metadata;
    const patch = { metadata: { uid, resourceVersion }, ...content };
    const answer = await this.api.patch(this.kindOf(body), name, patch, namespace, undefined, this.creator(body));
    return answer.metadata.resourceVersion;
  }

  /** Other values of what was created, with nothing to merge, cost the API server less than an apply. Returns whether that was enough. */
  private async edit(desired: Desired, live: Stored, { object = {}, created }: OwnedFields): Promise<boolean> {
    const edit = controllerOf(live) && editOf(object, content(desired), live);
    if (!edit?.length) return false;
    const { name, namespace, resourceVersion } = live.metadata;
    const patch = [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, ...edit];
    try {
      const answer = await this.api.patch(
        this.kindOf(desired),
        name,
        patch,
        namespace,
        undefined,
        this.creator(desired, created),
      );
      this.show(desired, answer);
      return true;
    } catch (error) {
      // Somebody else was faster, values are wrong, or it is too long: an apply gets through, or says why not.
      if (error instanceof ApiError && [404, 413, 422].includes(error.status)) return false;
      throw error;
    }
  }

  private creator(desired: Desired, shape = shapeOf(desired)): string {
    return creatorOf(this.controller.fieldManager, shape);
  }

  /**
   * From a version that nobody has changed since: there is no other way to write managedFields.
   *
   * @returns the version that it became, undefined if there was nothing to do
   */
  private async handOver(desired: Desired, attempt = 1): Promise<string | undefined> {
    const live = await this.look(desired);
    const managedFields = handOver((live?.metadata.managedFields ?? []) as Entry[], this.controller.fieldManager);
    if (!live || !managedFields) return undefined;
    const { name, namespace, uid, resourceVersion } = live.metadata;
    const patch = { metadata: { uid, resourceVersion, managedFields } };
    try {
      return (await this.api.patch(this.kindOf(desired), name, patch, namespace)).metadata.resourceVersion;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || attempt === mostAttempts) throw error;
      return this.handOver(desired, attempt + 1);
    }
  }

  private show(desired: Desired, answer: Stored): Stored {
    return this.known.cacheOf(desired)?.wrote(answer) ?? answer;
  }

  private look(desired: Desired): Promise<Stored | undefined> {
    const { name, namespace } = desired.metadata;
    return this.api.find(this.kindOf(desired), name, namespace);
  }

  private kindOf(object: KubernetesObject): Kind {
    return ownedKind(this.controller, object);
  }
}

/** Writes something, given the version of our last write; returns the version that it became. */
type Remedy = (version?: string) => Promise<string | undefined>;

/**
 * Right after another write of ours the API server may still read the version before it from its cache, notice at the
 * end, and start again. By then a new node port of a Service is taken, by this very request, and is refused as "already
 * allocated" until a repair some minutes later (measured: 40 of 600; apiserver pkg/registry/generic/registry/store.go,
 * Update, which commits BeginUpdate before the write). With a version it notices before.
 */
function atVersion(body: Desired, resourceVersion?: string): Desired {
  return resourceVersion ? { ...body, metadata: { ...body.metadata, resourceVersion } } : body;
}

/** @throws Error if the controller does not own such objects */
export function ownedKind({ owns, name }: Controller, object: KubernetesObject): Kind {
  const kind = kindOf(object, Object.values(owns));
  if (!kind) throw new Error(`${object.kind} ${keyOf(object)} is of a kind that controller ${name} does not own`);
  return kind;
}
