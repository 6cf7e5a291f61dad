import type { ClusterWriter } from '../cluster.js';
import type { Kind } from '../kind.js';
import type { KubernetesObject, Stored } from '../object.js';
import { ApiError } from './api-error.js';
import type { Client, RequestOptions } from './client.js';
import { collectionPath, objectPath } from './endpoint.js';
import { type ListOptions, listAll } from './list-all.js';

/** The API server for one controller: its field manager is on every write, its leadership before every one. */
export class Api {
  constructor(
    private readonly client: Client,
    private readonly fieldManager: string,
    /** Throws if nothing may be written any more. */
    private readonly guard: () => void,
  ) {}

  /**
   * The same under a field manager of its own: an apply takes away what its manager had applied before and now leaves
   * out, such as the fields of a child when only an annotation is applied.
   */
  as(part: string): Api {
    return new Api(this.client, `${this.fieldManager}-${part}`, this.guard);
  }

  /** Throws if nothing may be written any more, anywhere. */
  check(): void {
    this.guard();
  }

  async get<T extends KubernetesObject>(
    kind: Kind<T>,
    name: string,
    namespace?: string,
    signal?: AbortSignal,
  ): Promise<Stored<T> | undefined> {
    return this.client
      .request<Stored<T>>('GET', objectPath(kind, name, namespace), { signal })
      .catch((error) => unlessNotFound(error));
  }

  /** By a list: the verb that a watch needs anyway. */
  async find<T extends KubernetesObject>(
    kind: Kind<T>,
    name: string,
    namespace?: string,
  ): Promise<Stored<T> | undefined> {
    const [object] = await this.list(kind, { namespace, fieldSelector: `metadata.name=${name}` });
    return object;
  }

  async list<T extends KubernetesObject>(
    kind: Kind<T>,
    options: Omit<ListOptions, 'token' | 'signal'> = {},
    signal?: AbortSignal,
  ): Promise<readonly Stored<T>[]> {
    return (await listAll(this.client, kind, { ...options, signal })).items;
  }

  /**
   * Server-side apply. It refuses unknown fields by itself; what field validation adds is a second parse of the body in
   * search of double keys (apiserver: endpoints/handlers/patch.go, applyPatchToCurrentObject), which JSON of ours
   * cannot have.
   */
  async apply<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<Stored<T>> {
    const { name = '', namespace } = object.metadata ?? {};
    const query = { fieldManager: this.fieldManager, force: true, fieldValidation: 'Ignore' };
    const path = objectPath(kind, name, namespace);
    const options = { body: object, contentType: 'application/apply-patch+yaml', query };
    return this.write<Stored<T>>('PATCH', path, options).catch((error) => {
      throw error instanceof ApiError ? inOtherWords(error, kind) : error;
    });
  }

  /** Merge patch. */
  patch<T extends KubernetesObject>(
    kind: Kind<T>,
    name: string,
    patch: object,
    namespace?: string,
    signal?: AbortSignal,
  ): Promise<Stored<T>> {
    const query = { fieldManager: this.fieldManager, fieldValidation: 'Strict' };
    const contentType = 'application/merge-patch+json';
    return this.write('PATCH', objectPath(kind, name, namespace), { body: patch, contentType, query, signal });
  }

  /** Of the version that `object` has: any write in between makes it a conflict. Refuses unknown fields. */
  replaceStatus<T extends Stored>(kind: Kind, object: T): Promise<T> {
    const { name, namespace } = object.metadata;
    const query = { fieldManager: this.fieldManager, fieldValidation: 'Strict' };
    return this.write('PUT', `${objectPath(kind, name, namespace)}/status`, { body: object, query });
  }

  /** Refuses unknown fields. */
  create<T extends KubernetesObject>(kind: Kind<T>, object: T, signal?: AbortSignal): Promise<Stored<T>> {
    const query = { fieldManager: this.fieldManager, fieldValidation: 'Strict' };
    return this.write('POST', collectionPath(kind, object.metadata?.namespace), { body: object, query, signal });
  }

  /** A creation under another name that is thrown away: it fails as the real one would. */
  async tryCreate(kind: Kind, object: KubernetesObject, signal?: AbortSignal): Promise<void> {
    const { name = '', uid: _, resourceVersion: __, ...metadata } = object.metadata ?? {};
    const body = { ...object, metadata: { ...metadata, generateName: `${name.slice(0, 50)}-` } };
    const query = { fieldManager: this.fieldManager, dryRun: 'All' };
    await this.write('POST', collectionPath(kind, metadata.namespace), { body, query, signal }).catch((error) => {
      // A webhook with side effects is not asked.
      if (!(error instanceof ApiError) || !error.message.includes('does not support dry run')) throw error;
    });
  }

  /**
   * Deletes that very object. Returns false where another one has its name by now: then it is gone, or was never there.
   */
  async delete(
    kind: Kind,
    { metadata }: Stored,
    options: Parameters<ClusterWriter['delete']>[2] = {},
  ): Promise<boolean> {
    const { propagationPolicy = 'Background' } = options;
    const body = { preconditions: { uid: metadata.uid }, propagationPolicy };
    const path = objectPath(kind, metadata.name, metadata.namespace);
    return goes(this.write('DELETE', path, { body }), 409);
  }

  /** Deletes that very version. Returns false where the object has changed, or another one has its name by now. */
  async deleteVersion(kind: Kind, { metadata: { uid, resourceVersion, name, namespace } }: Stored): Promise<boolean> {
    const body = { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background' };
    return goes(this.write('DELETE', objectPath(kind, name, namespace), { body }), 409);
  }

  private write<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: RequestOptions): Promise<T> {
    return this.client.request(method, path, { ...options, guard: this.guard });
  }
}

/**
 * A body that does not fit the schema is refused with 500, though no other attempt helps (apimachinery:
 * managedfields/internal). That a kind is declared in the wrong scope shows only here: its list is the same.
 */
function inOtherWords(error: ApiError, { kind, namespaced }: Kind): ApiError {
  const { request, status, reason, message } = error;
  if (status === 500 && message.startsWith('failed to create typed patch object'))
    return new ApiError(request, 422, 'Invalid', message);
  if (reason !== 'NotServed') return error;
  const place = namespaced ? 'in a namespace' : 'without a namespace';
  const hint = `${kind} is not served ${place}: declare it with namespaced: ${!namespaced}, unless its definition is missing`;
  return new ApiError(request, status, reason, `${message}; ${hint}`);
}

/** A kind that is not served, or a server that is just starting, says nothing about the object. */
function unlessNotFound(error: unknown): undefined {
  if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
  throw error;
}

/** Whether an object is on its way out, or gone already; not so where the answer is one of `refusals`. */
async function goes(deletion: Promise<unknown>, ...refusals: number[]): Promise<boolean> {
  try {
    await deletion;
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // A server that is just starting, or something before it, answers 404 without a word of the object.
    if (error.reason === 'NotFound') return true;
    if (refusals.includes(error.status)) return false;
    throw error;
  }
}
