import { apiVersionOf, type Kind } from '../kind.js';
import type { KubernetesObject, Stored } from '../object.js';
import type { Client, RequestOptions } from './client.js';
import { collectionPath } from './endpoint.js';

/** Which objects to list, and with which credentials. */
export interface ListOptions extends Pick<RequestOptions, 'token' | 'signal'> {
  /** @default all namespaces */
  readonly namespace?: string;
  /** Such as `app=web,tier!=cache`. @default all objects */
  readonly labelSelector?: string;
  /** Such as `metadata.name=web`. @default all objects */
  readonly fieldSelector?: string;
}

/** A whole list, and the version of the collection that a watch may start from. */
export interface ObjectList<T extends KubernetesObject> {
  readonly items: readonly Stored<T>[];
  readonly resourceVersion: string;
}

/**
 * All objects of a kind, read page by page.
 *
 * @throws ApiError or ConnectionError
 */
export async function listAll<T extends KubernetesObject>(
  client: Client,
  kind: Kind<T>,
  { namespace, token, signal, ...selectors }: ListOptions = {},
): Promise<ObjectList<T>> {
  const items: Stored<T>[] = [];
  // Items of built-in lists lack what the list says once.
  const type = { apiVersion: apiVersionOf(kind), kind: kind.kind };
  let next: string | undefined;
  let resourceVersion = '';
  do {
    const query = { ...selectors, limit: 500, continue: next };
    const page: Page<T> = await client.request('GET', collectionPath(kind, namespace), { query, token, signal });
    for (const item of page.items ?? []) items.push(Object.assign(item, type));
    resourceVersion = page.metadata.resourceVersion;
    next = page.metadata.continue || undefined;
  } while (next);
  return { items, resourceVersion };
}

interface Page<T extends KubernetesObject> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Stored<T>[] | null;
}
