import { ApiError } from '../client/api-error.js';
import type { Client } from '../client/client.js';
import { apiVersionOf, type Kind } from '../kind.js';

interface Served {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/**
 * What the API server says of a kind that it answers 404 for: a definition that is missing, or a declaration that is
 * wrong.
 */
export async function whyNotServed(kind: Kind, client: Client, signal: AbortSignal): Promise<string> {
  const version = apiVersionOf(kind);
  const path = `/${kind.group ? 'apis' : 'api'}/${version}`;
  try {
    const { resources } = await client.request<{ readonly resources: readonly Served[] }>('GET', path, { signal });
    const served = resources.find((one) => one.kind === kind.kind && !one.name.includes('/'));
    if (!served)
      return `the API server has no kind ${kind.kind} in ${version}: apply its CustomResourceDefinition, or declare another version`;
    if (served.name !== kind.plural)
      return `kind ${kind.kind} has the plural ${served.name}, not ${kind.plural}: declare it so`;
    if (served.namespaced !== kind.namespaced)
      return `kind ${kind.kind} is ${served.namespaced ? '' : 'not '}namespaced: declare it so`;
    return 'not served a moment ago, and served now';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `the API server has no ${version}: apply the CustomResourceDefinition of ${kind.kind}, or declare another group or version`;
  }
}
