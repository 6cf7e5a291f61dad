import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import { Nacos, type NacosObject } from 'cdk8s-nacos/model';
import type { Stored } from 'cdk8s-reconciler';
import { instanceOf } from '../instance.js';
import type { Kubernetes } from '../kubernetes.js';
import { ofInstance, problems, query, someNamespace } from '../parameters.js';
import { ProblemError } from '../problem.js';
import { type Scope, scopeOf, visible } from '../visible.js';
import type { Api } from './api.js';

/** Streams that are open at once, for all callers together: each holds a connection to the API server. */
const maximum = 1000;
/** Milliseconds between signs of life: proxies close what is silent for a minute. */
const heartbeat = 15_000;

const stream = {
  description: 'The stream.',
  content: { 'text/event-stream': { schema: Type.Unsafe<Readable>(Type.String()) } },
};

interface WatchEvent {
  readonly type: string;
  readonly object: Stored<NacosObject>;
}

/**
 * Streams changes of instances.
 *
 * @param namespaces as of `visible`
 */
export function watch(api: Api, namespaces: readonly string[] | undefined): void {
  const open = new Set<AbortController>();
  api.addHook('preClose', async () => {
    for (const stream of open) stream.abort();
  });
  const schema = {
    operationId: 'watchInstances',
    summary: 'Changes of instances, as server-sent events',
    description:
      'First `snapshot` with all instances as `items`, then `added`, `modified` and `deleted` with one each. The stream may end at any time: connect again, and a new snapshot comes.',
    querystring: query({ ...someNamespace, name: Type.Optional(ofInstance.properties.name) }),
    response: { 200: stream, ...problems() },
  };
  api.get('/watch', { schema }, async (request, reply) => {
    if (open.size >= maximum) throw new ProblemError(429, `${maximum} streams are open already`, undefined, 30);
    const control = new AbortController();
    // From the start: a caller that leaves during the first list is not heard of again.
    reply.raw.once('close', () => control.abort());
    const { namespace, name } = request.query;
    const kubernetes = request.kubernetes();
    const fieldSelector = name && `metadata.name=${name}`;
    const scopes = namespace
      ? [await scopeOf(kubernetes, namespace, fieldSelector)]
      : await visible(kubernetes, namespaces);
    open.add(control);
    const output = new PassThrough();
    void follow(kubernetes, scopes, fieldSelector, output, control.signal).finally(() => {
      control.abort();
      open.delete(control);
      output.end();
    });
    // Kept for a next request, the connection would keep a server that stops waiting for more than a minute.
    const headers = { 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'close' };
    return reply.type('text/event-stream').headers(headers).send(output);
  });
}

/** Writes until the caller leaves, or one of the scopes cannot be followed any more. */
async function follow(
  kubernetes: Kubernetes,
  scopes: readonly Scope[],
  fieldSelector: string | undefined,
  output: PassThrough,
  signal: AbortSignal,
): Promise<void> {
  const send = async (text: string) => {
    if (!output.write(text)) await once(output, 'drain', { signal });
  };
  const beat = setInterval(() => output.writableLength === 0 && output.write(': alive\n\n'), heartbeat);
  try {
    const items = scopes.flatMap((scope) => scope.items.map(instanceOf));
    await send(`retry: 2000\n${message('snapshot', { items })}`);
    await Promise.race(
      scopes.map((scope) =>
        changes(kubernetes, scope, fieldSelector, signal, (kind, nacos) => send(message(kind, instanceOf(nacos)))),
      ),
    );
  } catch {
    // The end of the stream says it: a client that still listens connects again, and gets the error then.
  } finally {
    clearInterval(beat);
  }
}

async function changes(
  kubernetes: Kubernetes,
  { namespace, resourceVersion }: Scope,
  fieldSelector: string | undefined,
  signal: AbortSignal,
  send: (kind: string, nacos: Stored<NacosObject>) => Promise<void>,
): Promise<void> {
  let version = resourceVersion;
  while (!signal.aborted) {
    const lines = await kubernetes.watch(Nacos, { namespace, fieldSelector }, version, signal);
    let rest = '';
    for await (const chunk of lines.setEncoding('utf8')) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts.filter(Boolean)) {
        const { type, object } = JSON.parse(line) as WatchEvent;
        if (type === 'ERROR') return;
        version = object.metadata.resourceVersion;
        if (type !== 'BOOKMARK') await send(type.toLowerCase(), object);
      }
    }
  }
}

function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
