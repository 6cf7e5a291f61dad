import type { NacosSpec } from 'cdk8s-nacos/model';
import { Nacos } from 'cdk8s-nacos/model';
import { changes } from '../bodies.js';
import type { Images } from '../images.js';
import { instance } from '../instance.js';
import { ifMatch, ofInstance, problems, query, versionOf, writeQuery } from '../parameters.js';
import { plan, planOf } from '../plan.js';
import { answer, outdated } from './answer.js';
import type { Api } from './api.js';
import { createInstance } from './create.js';

const path = '/namespaces/:namespace/instances/:name';
const writing = [409, 413, 415, 422];

/** Creates, shows, changes, plans and deletes one instance. */
export function instances(api: Api, images: Images): void {
  createInstance(api, images);
  getInstance(api);
  changeInstance(api, images);
  planChange(api, images);
  deleteInstance(api);
}

function getInstance(api: Api): void {
  const schema = {
    operationId: 'getInstance',
    summary: 'An instance',
    params: ofInstance,
    querystring: query({}),
    response: { 200: instance, ...problems(404) },
  };
  api.get(path, { schema }, async (request, reply) => {
    const { namespace, name } = request.params;
    return answer(request, reply, await request.kubernetes().get(Nacos, namespace, name));
  });
}

function changeInstance(api: Api, images: Images): void {
  const schema = {
    operationId: 'changeInstance',
    summary: 'Change fields of an instance',
    description: 'A body of application/json is a merge patch too.',
    params: ofInstance,
    querystring: writeQuery,
    headers: ifMatch,
    body: changes,
    response: { 200: instance, ...problems(404, 412, ...writing) },
  };
  api.patch(path, { schema }, async (request, reply) => {
    const { namespace, name } = request.params;
    const patch = { spec: changesOf(request.body, images) };
    const options = { ...request.query, resourceVersion: versionOf(request.headers['if-match']) };
    const changed = await outdated(options, request.kubernetes().patch(Nacos, namespace, name, patch, options));
    return answer(request, reply, changed);
  });
}

function planChange(api: Api, images: Images): void {
  const schema = {
    operationId: 'planChange',
    summary: 'What a change would do',
    description:
      'Takes what PATCH takes and changes nothing. What the API server would refuse is a problem here too; what only the operator would refuse is in `refused`. The caller needs the right to change the instance.',
    params: ofInstance,
    querystring: query({}),
    body: changes,
    response: { 200: plan, ...problems(404, ...writing) },
  };
  api.post(`${path}([^/:]+)::plan`, { schema }, async (request) => {
    const { namespace, name } = request.params;
    const kubernetes = request.kubernetes();
    const before = await kubernetes.get(Nacos, namespace, name);
    const patch = { spec: changesOf(request.body, images) };
    const after = await kubernetes.patch(Nacos, namespace, name, patch, { dryRun: true });
    return planOf(await kubernetes.plan(before, after));
  });
}

function deleteInstance(api: Api): void {
  const schema = {
    operationId: 'deleteInstance',
    summary: 'Delete an instance',
    description: 'Its volume claims stay unless volume.retain is false.',
    params: ofInstance,
    querystring: writeQuery,
    headers: ifMatch,
    response: { 204: { type: 'null', description: 'It is being deleted.' }, ...problems(404, 409, 412) },
  };
  api.delete(path, { schema }, async (request, reply) => {
    const { namespace, name } = request.params;
    const options = { ...request.query, resourceVersion: versionOf(request.headers['if-match']) };
    await outdated(options, request.kubernetes().delete(Nacos, namespace, name, options));
    return reply.code(204).send();
  });
}

function changesOf(body: object, images: Images): object {
  const { image, version } = body as Partial<NacosSpec>;
  // No image at all is the default one, which may not be allowed.
  return image === undefined && version == null ? body : { ...body, ...images.choose({ image, version }) };
}
