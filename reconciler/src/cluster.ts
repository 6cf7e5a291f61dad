import type { Kind } from './kind.js';
import type { KubernetesObject, Stored } from './object.js';

/**
 * The API server as `observe` sees it: what the caches do not have. Needs `permissions` with the verbs `get` and
 * `list`.
 */
export interface ClusterReader {
  /**
   * Undefined if there is no such object.
   *
   * @throws Error where that is not known: the kind is not served, the server is starting, the namespace is missing
   */
  get<T extends KubernetesObject>(kind: Kind<T>, name: string, namespace?: string): Promise<Stored<T> | undefined>;
  list<T extends KubernetesObject>(
    kind: Kind<T>,
    options?: {
      /** @default all namespaces */
      readonly namespace?: string;
      /** Such as `app=web,tier!=cache`. @default all objects */
      readonly labelSelector?: string;
    },
  ): Promise<readonly Stored<T>[]>;
}

/** The API server as `act` and `finalize` see it. Writes fail once this replica has lost its leadership. */
export interface ClusterWriter extends ClusterReader {
  /**
   * Server-side apply, taking over the fields it names. Its field manager is `<kind>.<group>-act`, so that it takes
   * nothing away from children; what it applied before to the same object, and now leaves out, goes. Needs the verb
   * `patch`, and `create`.
   */
  apply<T extends KubernetesObject>(kind: Kind<T>, object: T): Promise<Stored<T>>;
  /**
   * Resolves where the API server, its policies and its webhooks would take a new object like this, or do not say;
   * nothing is made, and the name may be taken. For what is to be deleted and made again. Needs the verb `create`.
   *
   * @throws Error as the creation would
   */
  tryCreate(kind: Kind, object: KubernetesObject): Promise<void>;
  /** Merge patch (RFC 7386). Needs the verb `patch`. */
  patch<T extends KubernetesObject>(kind: Kind<T>, name: string, patch: object, namespace?: string): Promise<Stored<T>>;
  /** Deletes that very object, not a later one of its name; fine if it is gone. Needs the verb `delete`. */
  delete(
    kind: Kind,
    object: Stored,
    options?: {
      /**
       * What becomes of the objects that the deleted one owns: they go after it, go before it, or stay behind without
       * an owner. A StatefulSet that is deleted with `Orphan` and created again takes over its pods as they run.
       * @default Background
       */
      readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
    },
  ): Promise<void>;
}
