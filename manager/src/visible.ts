import { Nacos, type NacosObject } from 'cdk8s-nacos/model';
import type { Stored } from 'cdk8s-reconciler';
import { ApiError } from 'cdk8s-reconciler/client';
import { Namespace } from 'cdk8s-reconciler/kinds';
import type { Kubernetes } from './kubernetes.js';
import { ProblemError } from './problem.js';

/** Instances that were read, and the version up to which they were. */
export interface Scope {
  /** @default all namespaces */
  readonly namespace?: string;
  readonly resourceVersion: string;
  readonly items: readonly Stored<NacosObject>[];
}

/** How many namespaces are read at once. */
const together = 8;

/**
 * All instances that a caller may see: those of the whole cluster, or else of each namespace where the caller may list
 * them.
 *
 * @param namespaces to look in. @default those that the caller may list
 */
export async function visible(kubernetes: Kubernetes, namespaces?: readonly string[]): Promise<Scope[]> {
  const everywhere = await unlessForbidden(scopeOf(kubernetes));
  if (everywhere) return [everywhere];
  const names = namespaces ?? (await namespaceNames(kubernetes));
  const scopes: Scope[] = [];
  for (let start = 0; start < names.length; start += together) {
    const reads = names.slice(start, start + together).map((name) => unlessForbidden(scopeOf(kubernetes, name)));
    scopes.push(...(await Promise.all(reads)).filter((scope) => scope !== undefined));
  }
  if (scopes.length > 0) return scopes;
  throw new ProblemError(403, 'you may not list nacos in all namespaces; name one where you may: ?namespace=NAME');
}

/** Instances of one namespace, or of all. */
export async function scopeOf(kubernetes: Kubernetes, namespace?: string, fieldSelector?: string): Promise<Scope> {
  return { namespace, ...(await kubernetes.list(Nacos, { namespace, fieldSelector })) };
}

async function namespaceNames(kubernetes: Kubernetes): Promise<string[]> {
  const found = await unlessForbidden(kubernetes.list(Namespace, {}));
  return found?.items.map(({ metadata }) => metadata.name) ?? [];
}

async function unlessForbidden<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}
