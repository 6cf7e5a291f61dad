import { ApiError } from '../client/api-error.js';
import type { Client } from '../client/client.js';
import { collectionPath, kindOf, objectPath } from '../client/endpoint.js';
import type { Controller } from '../controller.js';
import { describeObject, type KubernetesObject } from '../object.js';

/** Answers that say nothing of the child: the caller may not write it, or a webhook has no dry run. */
const saysNothing = /User "[^"]*" cannot (create|patch) resource|does not support dry run/;

/** On whose behalf it asks, and where it says what it could not learn. */
export interface DryRunOptions {
  /** Of the caller. @default that of the client */
  readonly token?: string | undefined;
  /** Called where the API server does not say whether it would take a child. */
  unseen?(reason: string): void;
}

/**
 * Asks the API server what it would make of a child, by an apply that is thrown away. For `admit` of a plan.
 *
 * @returns the child with what the API server fills in; its words where it refuses; undefined where it does not say:
 * the child's namespace is not there yet, or the caller may not write such objects
 */
export function dryRun(
  { owns, fieldManager }: Pick<Controller, 'owns' | 'fieldManager'>,
  client: Client,
  { token, unseen }: DryRunOptions = {},
): (child: KubernetesObject, isNew?: boolean) => Promise<KubernetesObject | string | undefined> {
  return async (child, isNew = false) => {
    const kind = kindOf(child, Object.values(owns));
    const { name = '', namespace, uid: _, ownerReferences: __, ...metadata } = child.metadata ?? {};
    if (!kind) return undefined;
    const query = { fieldManager, dryRun: 'All' };
    try {
      if (isNew) {
        // The former one has the name.
        const body = { ...child, metadata: { ...metadata, namespace, generateName: `${name.slice(0, 50)}-` } };
        return await client.request('POST', collectionPath(kind, namespace), { body, query, token });
      }
      const body = { ...child, metadata: { ...metadata, name, namespace } };
      const contentType = 'application/apply-patch+yaml';
      const options = { body, contentType, query: { ...query, force: true }, token };
      return await client.request('PATCH', objectPath(kind, name, namespace), options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.transient) throw error;
      if (!saysNothing.test(error.message)) return error.status === 404 ? undefined : error.message;
      unseen?.(`whether the API server takes ${describeObject(child)}: ${error.message}`);
      return undefined;
    }
  };
}
