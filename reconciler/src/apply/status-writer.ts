import type { Cache } from '../cache/caches.js';
import type { Api } from '../client/api.js';
import { ApiError } from '../client/api-error.js';
import type { Controller } from '../controller.js';
import type { FieldSet } from '../reconcile/field-set.js';
import { takeOwnedFields } from '../reconcile/managed-fields.js';
import type { Owner } from '../reconcile/owner.js';
import { isWritten, type Status, statusWith } from '../reconcile/status.js';

/** Of one status, while others keep writing the same object. */
const mostAttempts = 3;

/** Writes the status of an object, and shows the answer in the cache. */
export class StatusWriter {
  constructor(
    private readonly controller: Controller,
    private readonly owners: Cache,
    private readonly api: Api,
  ) {}

  /**
   * @param whole whether what is ours and not in `next` goes
   * @returns the status as it is now, with what others have in it; undefined if nothing changed, or the object is gone
   */
  async write(owner: Owner, next: Status, whole: boolean): Promise<Status | undefined> {
    const { store } = this.owners;
    const { name, namespace, uid } = owner.metadata;
    const known = store.get(name, namespace);
    const live = known?.metadata.uid === uid ? (known as Owner) : owner;
    const owned = whole ? store.ownedFields(live).status : undefined;
    if (isWritten(next, statusOf(live), owned)) return undefined;
    const answer = await this.put(live, next, owned);
    if (!answer) return undefined;
    this.owners.wrote(answer);
    // The API server may keep less than was sent, such as no null, or more, such as a default.
    return answer.metadata.resourceVersion === live.metadata.resourceVersion ? undefined : statusOf(answer);
  }

  /**
   * A PUT costs the API server less than an apply, since it reads the body of that as YAML. Undefined if the object is
   * gone: there is nothing to say then.
   */
  private async put(live: Owner, next: Status, owned: FieldSet | undefined, attempt = 1): Promise<Owner | undefined> {
    const { resource, fieldManager } = this.controller;
    try {
      return await this.api.replaceStatus(resource, { ...live, status: statusWith(next, statusOf(live), owned) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Another writer was faster (409), or another schema has no such field any more (400): then a new look helps. It
      // also distinguishes an object that is gone from a definition without statuses, and a server that is starting
      // (404).
      if (![400, 404, 409].includes(error.status) || attempt === mostAttempts) throw error;
      // A field that is still declared would be gone with this write.
      if (error.status === 400) await this.owners.checkDefinition();
      const { name, namespace, uid } = live.metadata;
      const now = (await this.api.find(resource, name, namespace)) as Owner | undefined;
      if (now?.metadata.uid !== uid) return undefined;
      return this.put(now, next, owned && takeOwnedFields(now, fieldManager).status, attempt + 1);
    }
  }
}

function statusOf({ status = {} }: Owner): Status {
  return status as Status;
}
