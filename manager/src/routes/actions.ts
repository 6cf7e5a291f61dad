import { Nacos, type NacosObject } from 'cdk8s-nacos/model';
import { instance } from '../instance.js';
import { ifMatch, ofInstance, problems, versionOf, writeQuery } from '../parameters.js';
import { ProblemError } from '../problem.js';
import { answer, outdated } from './answer.js';
import type { Api } from './api.js';

interface Action {
  readonly summary: string;
  readonly description: string;
  /** @throws ProblemError where it makes no sense */
  readonly spec: (nacos: NacosObject) => object;
}

const verbs: Readonly<Record<string, Action>> = {
  restart: {
    summary: 'Restart the servers',
    description: 'One member after the other, as after any change of the pods. A paused instance is refused.',
    spec: ({ spec }) => {
      if (spec.paused)
        throw new ProblemError(409, 'it is paused, so the operator would restart nothing; resume it first');
      // As kubectl rollout restart does it: an annotation of the pods that is a new one each time.
      return { podAnnotations: { 'nacos.io/restartedAt': new Date().toISOString() } };
    },
  },
  pause: {
    summary: 'Make the operator leave the instance alone',
    description: 'The servers run on.',
    spec: () => ({ paused: true }),
  },
  resume: {
    summary: 'Make the operator care for the instance again',
    description: 'What was changed meanwhile is carried out now.',
    spec: () => ({ paused: null }),
  },
};

/** Restarts, pauses and resumes an instance. */
export function actions(api: Api): void {
  for (const [verb, { summary, description, spec }] of Object.entries(verbs)) {
    api.post(
      `/namespaces/:namespace/instances/:name([^/:]+)::${verb}`,
      {
        schema: {
          operationId: `${verb}Instance`,
          summary,
          description,
          params: ofInstance,
          querystring: writeQuery,
          headers: ifMatch,
          response: { 200: instance, ...problems(404, 409, 412, 422) },
        },
      },
      async (request, reply) => {
        const { namespace, name } = request.params;
        const kubernetes = request.kubernetes();
        const patch = { spec: spec(await kubernetes.get(Nacos, namespace, name)) };
        const options = { ...request.query, resourceVersion: versionOf(request.headers['if-match']) };
        return answer(
          request,
          reply,
          await outdated(options, kubernetes.patch(Nacos, namespace, name, patch, options)),
        );
      },
    );
  }
}
