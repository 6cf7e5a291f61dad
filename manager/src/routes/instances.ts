import { Nacos, type NacosObject, type NacosSpec } from 'cdk8s-nacos/model';
import type { Stored } from 'cdk8s-reconciler';
import { ApiError } from 'cdk8s-reconciler/client';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { changes, newInstance } from '../bodies.js';
import { idempotencyAnnotation, idempotencyMark, isRepeated } from '../idempotency.js';
import type { Images } from '../images.js';
import { instance, instanceOf } from '../instance.js';
import type { Kubernetes } from '../kubernetes.js';
import { manifestOf } from '../manifest.js';
import {
  createHeaders,
  ifMatch,
  inNamespace,
  ofInstance,
  problems,
  query,
  versionOf,
  writeQuery,
} from '../parameters.js';
import { plan, planOf } from '../plan.js';
import { ProblemError } from '../problem.js';
import type { ServerOptions } from '../server.js';
import type { Api } from './api.js';

export function instances(api: Api, { images }: ServerOptions): void {
  const one = { ...problems(404), 200: instance };
  const writing = [409, 413, 415, 422];

  api.post(
    '/namespaces/:namespace/instances',
    {
      schema: {
        operationId: 'createInstance',
        summary: 'Create an instance',
        params: inNamespace,
        querystring: writeQuery,
        headers: createHeaders,
        body: newInstance,
        response: { 200: instance, 201: instance, ...problems(404, ...writing) },
      },
    },
    async (request, reply) => {
      const { name, ...fields } = request.body;
      const { namespace } = request.params;
      const { dryRun } = request.query;
      const key = request.headers['idempotency-key'];
      const mark = key && idempotencyMark(key, request.body);
      const annotations = mark ? { annotations: { [idempotencyAnnotation]: mark } } : {};
      const nacos: NacosObject = {
        apiVersion: 'nacos.io/v1alpha1',
        kind: 'Nacos',
        metadata: { name, namespace, ...annotations },
        spec: { ...(fields as NacosSpec), ...images.choose(fields) },
      };
      const created = await create(request.kubernetes(), nacos, mark, dryRun);
      reply.code(dryRun ? 200 : 201).header('location', `/api/v1/namespaces/${namespace}/instances/${name}`);
      return answer(request, reply, created);
    },
  );

  api.get(
    '/namespaces/:namespace/instances/:name',
    {
      schema: {
        operationId: 'getInstance',
        summary: 'An instance',
        params: ofInstance,
        querystring: query({}),
        response: one,
      },
    },
    async (request, reply) => {
      const { namespace, name } = request.params;
      return answer(request, reply, await request.kubernetes().get(Nacos, namespace, name));
    },
  );

  api.patch(
    '/namespaces/:namespace/instances/:name',
    {
      schema: {
        operationId: 'changeInstance',
        summary: 'Change fields of an instance',
        description: 'A body of application/json is a merge patch too.',
        params: ofInstance,
        querystring: writeQuery,
        headers: ifMatch,
        body: changes,
        response: { 200: instance, ...problems(404, 412, ...writing) },
      },
    },
    async (request, reply) => {
      const { namespace, name } = request.params;
      const patch = { spec: changesOf(request.body, images) };
      const options = { ...request.query, resourceVersion: versionOf(request.headers['if-match']) };
      const changed = await outdated(options, request.kubernetes().patch(Nacos, namespace, name, patch, options));
      return answer(request, reply, changed);
    },
  );

  api.post(
    '/namespaces/:namespace/instances/:name([^/:]+)::plan',
    {
      schema: {
        operationId: 'planChange',
        summary: 'What a change would do',
        description: 'Takes what PATCH takes and changes nothing. The caller needs the right to change the instance.',
        params: ofInstance,
        querystring: query({}),
        body: changes,
        response: { 200: plan, ...problems(404, ...writing) },
      },
    },
    async (request) => {
      const { namespace, name } = request.params;
      const kubernetes = request.kubernetes();
      const before = await kubernetes.get(Nacos, namespace, name);
      const patch = { spec: changesOf(request.body, images) };
      return planOf(before, await kubernetes.patch(Nacos, namespace, name, patch, { dryRun: true }));
    },
  );

  api.delete(
    '/namespaces/:namespace/instances/:name',
    {
      schema: {
        operationId: 'deleteInstance',
        summary: 'Delete an instance',
        description: 'Its volume claims stay unless volume.retain is false.',
        params: ofInstance,
        querystring: writeQuery,
        headers: ifMatch,
        response: { 204: { type: 'null', description: 'It is being deleted.' }, ...problems(404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { namespace, name } = request.params;
      const options = { ...request.query, resourceVersion: versionOf(request.headers['if-match']) };
      await outdated(options, request.kubernetes().delete(Nacos, namespace, name, options));
      return reply.code(204).send();
    },
  );
}

function changesOf(body: object, images: Images): object {
  const { image, version } = body as Partial<NacosSpec>;
  // No image at all is the default one, which may not be allowed.
  return image === undefined && version == null ? body : { ...body, ...images.choose({ image, version }) };
}

async function create(
  kubernetes: Kubernetes,
  nacos: NacosObject,
  mark: string | undefined,
  dryRun?: boolean,
): Promise<Stored<NacosObject>> {
  try {
    return await kubernetes.create(Nacos, nacos, { dryRun });
  } catch (error) {
    if (!mark || !(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    const { namespace = '', name = '' } = nacos.metadata;
    const found = await kubernetes.get(Nacos, namespace, name);
    if (isRepeated(found, mark)) return found;
    throw error;
  }
}

/** As JSON with its ETag, or as a manifest where that is asked for. */
export function answer({ headers }: FastifyRequest, reply: FastifyReply, nacos: Stored<NacosObject>) {
  reply.header('etag', `"${nacos.metadata.resourceVersion}"`);
  if (headers.accept?.includes('yaml')) return reply.type('application/yaml').send(manifestOf(nacos));
  return instanceOf(nacos);
}

/** A conflict of a request that named a version is a failed precondition. */
export async function outdated<T>({ resourceVersion }: { resourceVersion?: string }, written: Promise<T>): Promise<T> {
  try {
    return await written;
  } catch (error) {
    if (!resourceVersion || !(error instanceof ApiError) || error.status !== 409) throw error;
    throw new ProblemError(412, 'it was changed since the version in If-Match: read it again, then decide again');
  }
}
