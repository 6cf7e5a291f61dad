import { Nacos, type NacosObject, type NacosSpec } from 'cdk8s-nacos/model';
import type { Stored } from 'cdk8s-reconciler';
import { ApiError } from 'cdk8s-reconciler/client';
import { newInstance } from '../bodies.js';
import { idempotencyAnnotation, idempotencyMark, isRepeated } from '../idempotency.js';
import type { Images } from '../images.js';
import { instance } from '../instance.js';
import type { Kubernetes } from '../kubernetes.js';
import { createHeaders, inNamespace, problems, writeQuery } from '../parameters.js';
import { answer } from './answer.js';
import type { Api } from './api.js';

/** Creates an instance, once for each Idempotency-Key. */
export function createInstance(api: Api, images: Images): void {
  const schema = {
    operationId: 'createInstance',
    summary: 'Create an instance',
    params: inNamespace,
    querystring: writeQuery,
    headers: createHeaders,
    body: newInstance,
    response: { 200: instance, 201: instance, ...problems(404, 409, 413, 415, 422) },
  };
  api.post('/namespaces/:namespace/instances', { schema }, async (request, reply) => {
    const { name, ...fields } = request.body;
    const { namespace } = request.params;
    const { dryRun } = request.query;
    const key = request.headers['idempotency-key'];
    const mark = key && idempotencyMark(key, request.body);
    const nacos: NacosObject = {
      apiVersion: 'nacos.io/v1alpha1',
      kind: 'Nacos',
      metadata: { name, namespace, ...(mark && { annotations: { [idempotencyAnnotation]: mark } }) },
      spec: { ...(fields as NacosSpec), ...images.choose(fields) },
    };
    const created = await create(request.kubernetes(), nacos, mark, dryRun);
    reply.code(dryRun ? 200 : 201).header('location', `/api/v1/namespaces/${namespace}/instances/${name}`);
    return answer(request, reply, created);
  });
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
