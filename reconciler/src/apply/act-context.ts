import type { Cache } from '../cache/caches.js';
import type { Api } from '../client/api.js';
import { fetchJson } from '../client/fetch-json.js';
import type { ActContext } from '../controller.js';
import { apiVersionOf, type Kind } from '../kind.js';
import type { KubernetesObject, Stored } from '../object.js';

/**
 * The API server as `observe`, `act` and `finalize` get it. What they write shows in the caches at once and asks for
 * the next reconciliation, which must start from there: with the watch still behind, a `plan` would ask for the same
 * again.
 *
 * Writes do not end with `signal`: what was done outside the cluster must be recorded also while the process stops.
 *
 * @param cachesOf all caches of a kind
 */
export function actContext(api: Api, cachesOf: (kind: Kind) => readonly Cache[], signal: AbortSignal): ActContext {
  const wrote = <T extends KubernetesObject>(kind: Kind<T>, answer: Stored<T>) => {
    for (const cache of cachesOf(kind)) {
      // A copy for each: a store keeps what it is given, without its managed fields.
      if (cache.has(answer)) cache.wrote({ ...answer, metadata: { ...answer.metadata } });
    }
    return answer;
  };
  const deleted = (kind: Kind, object: Stored) => {
    for (const { store } of cachesOf(kind)) store.markDeleted(object);
  };
  return {
    signal,
    fetchJson: async (url, body) => {
      // A body may change something there.
      if (body) api.check();
      return fetchJson(url, body, signal);
    },
    get: (kind, name, namespace) => api.get(kind, name, namespace, signal),
    list: (kind, options) => api.list(kind, options, signal),
    apply: async (kind, object) => {
      const whole = { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
      return wrote(kind, await api.apply(kind, whole));
    },
    tryCreate: (kind, object) =>
      api.tryCreate(kind, { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind }, signal),
    patch: async (kind, name, patch, namespace) => wrote(kind, await api.patch(kind, name, patch, namespace)),
    delete: async (kind, object, options) => {
      if (await api.delete(kind, object, options)) deleted(kind, object);
    },
  };
}
