import { NamespaceEndingError, refusesForNamespace } from '../reconcile/problem.js';

/** Milliseconds in which nothing more is created in a namespace that was being deleted. */
const patience = 5_000;

/**
 * Namespaces that are being deleted. Each child that goes with its namespace wakes its owner: the first refusal speaks
 * for all of them.
 */
export class NamespacesEnding {
  private readonly until = new Map<string, number>();

  /**
   * @throws NamespaceEndingError instead of asking again, or if the API server says that the namespace is being deleted
   */
  async guard<T>(namespace: string | undefined, create: () => Promise<T>): Promise<T> {
    if (namespace && (this.until.get(namespace) ?? 0) > performance.now()) throw new NamespaceEndingError(namespace);
    try {
      return await create();
    } catch (error) {
      if (!refusesForNamespace(error)) throw error;
      if (namespace) this.remember(namespace);
      throw new NamespaceEndingError(namespace);
    }
  }

  private remember(namespace: string): void {
    const now = performance.now();
    for (const [name, until] of this.until) if (until < now) this.until.delete(name);
    this.until.set(namespace, now + patience);
  }
}
