import { ApiError } from '../client/api-error.js';
import type { Client } from '../client/client.js';
import { kindOf, objectPath } from '../client/endpoint.js';
import type { Controller } from '../controller.js';
import type { KubernetesObject } from '../object.js';

/**
 * Asks the API server whether it would take a child, by an apply that is thrown away. For `refuse` of a plan.
 *
 * @returns its words where it refuses; undefined also where the child's namespace is not there yet
 */
export function dryRun(
  { owns, fieldManager }: Pick<Controller, 'owns' | 'fieldManager'>,
  client: Client,
): (child: KubernetesObject) => Promise<string | undefined> {
  return async (child) => {
    const kind = kindOf(child, Object.values(owns));
    const { name = '', namespace, uid: _, ownerReferences: __, ...metadata } = child.metadata ?? {};
    if (!kind) return undefined;
    const body = { ...child, metadata: { ...metadata, name, namespace } };
    const query = { fieldManager, force: true, dryRun: 'All' };
    try {
      const contentType = 'application/apply-patch+yaml';
      await client.request('PATCH', objectPath(kind, name, namespace), { body, contentType, query });
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError) || error.transient) throw error;
      return error.status === 404 ? undefined : error.message;
    }
  };
}
