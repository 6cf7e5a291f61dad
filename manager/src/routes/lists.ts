import { Type } from '@sinclair/typebox';
import { type Instance, instance, instanceOf } from '../instance.js';
import { filters, inNamespace, pageQuery, problems, query, someNamespace } from '../parameters.js';
import { type Scope, scopeOf, visible } from '../visible.js';
import type { Api } from './api.js';

const list = Type.Object({
  items: Type.Array(instance, { description: 'By namespace and name.' }),
  total: Type.Integer({ description: 'Of all pages.' }),
  next: Type.Optional(Type.String({ description: 'Send it as `after` for the next page; absent on the last.' })),
});

interface Query {
  readonly phase?: string;
  readonly type?: string;
  readonly search?: string;
  readonly limit?: number;
  readonly after?: string;
}

const response = { 200: list, ...problems() };

/**
 * Lists instances, page by page.
 *
 * @param namespaces as of `visible`
 */
export function lists(api: Api, namespaces: readonly string[] | undefined): void {
  const everywhere = {
    operationId: 'listAllInstances',
    summary: 'All instances that the caller may see',
    querystring: query({ ...someNamespace, ...filters, ...pageQuery }),
    response,
  };
  api.get('/instances', { schema: everywhere }, async (request) => {
    const kubernetes = request.kubernetes();
    const { namespace } = request.query;
    const scopes = namespace ? [await scopeOf(kubernetes, namespace)] : await visible(kubernetes, namespaces);
    return page(scopes, request.query);
  });
  const ofNamespace = {
    operationId: 'listInstances',
    summary: 'The instances of a namespace',
    params: inNamespace,
    querystring: query({ ...filters, ...pageQuery }),
    response,
  };
  api.get('/namespaces/:namespace/instances', { schema: ofNamespace }, async (request) =>
    page([await scopeOf(request.kubernetes(), request.params.namespace)], request.query),
  );
}

function page(scopes: readonly Scope[], { limit = 100, after = '', ...filter }: Query) {
  const found = scopes
    .flatMap(({ items }) => items.map(instanceOf))
    .filter((instance) => matches(instance, filter))
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = found.filter((instance) => keyOf(instance) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, total: found.length, ...(last && rest.length > limit && { next: keyOf(last) }) };
}

function matches({ name, phase, spec }: Instance, filter: Query): boolean {
  return (
    (filter.phase === undefined || phase === filter.phase) &&
    (filter.type === undefined || (spec.type || 'standalone') === filter.type) &&
    (filter.search === undefined || name.includes(filter.search))
  );
}

function keyOf({ namespace, name }: Instance): string {
  return `${namespace}/${name}`;
}
