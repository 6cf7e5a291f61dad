import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { expect } from 'vitest';
import { fromSchema } from '../../../test/random-spec.js';
import type { Caller } from './served.js';
import { test } from './served.js';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: TSchema;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** For each operation of the document. */
const cases = process.env.SOAK === 'true' ? 500 : 25;

/** Mostly what the document allows, sometimes anything. */
function parameter({ schema }: Parameter): fc.Arbitrary<string> {
  const allowed = fromSchema(schema).map(String);
  return fc.oneof(
    { arbitrary: allowed, weight: 4 },
    { arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }), weight: 1 },
  );
}

function requests(path: string, { parameters = [], requestBody }: Operation, namespace: string): fc.Arbitrary<Request> {
  const values = parameters.map((one) => {
    const known = one.name === 'namespace' ? namespace : one.name === 'name' ? 'contract' : undefined;
    const any = parameter(one);
    return known
      ? fc.oneof({ arbitrary: fc.constant(known), weight: 4 }, { arbitrary: any, weight: 1 })
      : fc.option(any, { nil: undefined });
  });
  const content = Object.values(requestBody?.content ?? {})[0];
  const body = content
    ? fc.oneof({ arbitrary: fromSchema(content.schema), weight: 3 }, fc.jsonValue())
    : fc.constant(undefined);
  return fc.tuple(fc.tuple(...values), body).map(([found, body]) => {
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    let url = path;
    parameters.forEach((one, index) => {
      const value = found[index];
      if (value === undefined) return;
      if (one.in === 'path') url = url.replace(`{${one.name}}`, encodeURIComponent(value));
      else if (one.in === 'query') query.set(one.name, value);
      // A header is a line of Latin text.
      else headers[one.name] = value.replaceAll(/[^\x21-\x7e]/g, 'x');
    });
    return { path: `${url}${query.size > 0 ? `?${query}` : ''}`, headers, body };
  });
}

async function send(caller: Caller, method: string, { path, headers, body }: Request) {
  const answer = await caller.open(method, path, body, headers);
  const type = answer.headers.get('content-type')?.split(';')[0];
  // The watch goes on for ever.
  await (type === 'text/event-stream' ? answer.body?.cancel() : answer.text());
  return { status: answer.status, type };
}

test('every operation answers what its document says to anything, and never fails', { timeout: 3_600_000 }, async ({
  cluster,
  editor,
  instances,
}) => {
  await editor.request('POST', instances, { name: 'contract', type: 'standalone' });
  const { body: document } = await editor.request('GET', '/api/v1/openapi.json');
  expect(document.openapi).toBe('3.1.0');
  let asked = 0;
  const statuses = new Set<number>();
  for (const [path, methods] of Object.entries<Record<string, Operation>>(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const property = fc.asyncProperty(requests(path, operation, cluster.namespace), async (request) => {
        const { status, type } = await send(editor, method.toUpperCase(), request);
        asked += 1;
        statuses.add(status);
        // A path that the parameters made another one.
        if (status === 404 && !operation.responses['404']) return;
        expect(status).toBeLessThan(500);
        expect(Object.keys(operation.responses)).toContain(String(status));
        const types = Object.keys(operation.responses[status]?.content ?? {});
        if (status !== 204) expect(types).toContain(type);
      });
      await fc.assert(property, { numRuns: cases, endOnFailure: true, seed: 1 });
    }
  expect(asked).toBeGreaterThanOrEqual(cases * 14);
  console.info(`${asked} requests, answered with ${[...statuses].toSorted().join(', ')}`);
  expect([...statuses]).toEqual(expect.arrayContaining([200, 204, 400, 422]));
});
