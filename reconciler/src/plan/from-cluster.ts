import { ApiError } from '../client/api-error.js';
import type { Client } from '../client/client.js';
import { listAll } from '../client/list-all.js';
import type { Controller } from '../controller.js';
import type { KubernetesObject, Stored } from '../object.js';
import { controllerOf } from '../reconcile/ownership.js';
import { dryRun } from './dry-run.js';

/** What a cluster adds to a plan. */
export interface FromCluster {
  readonly live?: readonly KubernetesObject[];
  admit(child: KubernetesObject, isNew: boolean): Promise<KubernetesObject | string | undefined>;
  /** What the caller may not look at, and why; grows while the plan is made. */
  readonly unseen: readonly string[];
}

/**
 * The children that an object has, and the API server's word on each child of a plan. Reads, and dry runs, only.
 *
 * @param object as it is; one that is not there yet has no uid, and no children
 * @param token of the caller. @default that of the client
 * @returns no children where the caller may not list all of their kinds: half of them would look like a change
 * @example
 *
 * await plan(webServer, larger, { before: current, ...(await fromCluster(webServer, client, current)) });
 */
export async function fromCluster(
  controller: Pick<Controller, 'owns' | 'fieldManager' | 'label'>,
  client: Client,
  object: KubernetesObject,
  token?: string,
): Promise<FromCluster> {
  const { uid, namespace } = (object.metadata ?? {}) as Partial<Stored['metadata']>;
  const labelSelector = controller.label.join('=');
  const unseen: string[] = [];
  const note = (reason: string) => void (unseen.includes(reason) || unseen.push(reason));
  const admit = dryRun(controller, client, { token, unseen: note });
  if (!uid) return { admit, unseen };
  try {
    const kinds = Object.values(controller.owns);
    const lists = await Promise.all(kinds.map((kind) => listAll(client, kind, { namespace, labelSelector, token })));
    const live = lists.flatMap(({ items }) => items).filter((child) => controllerOf(child)?.uid === uid);
    return live.length > 0 ? { live, admit, unseen } : { admit, unseen };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    note(`the objects that are there: ${error.message}`);
    return { admit, unseen };
  }
}
