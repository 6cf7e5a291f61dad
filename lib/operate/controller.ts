import {
  ConfigMap,
  controller,
  Job,
  Pod,
  PodDisruptionBudget,
  reading,
  Secret,
  Service,
  StatefulSet,
} from 'cdk8s-reconciler';
import { render } from '../render/render.js';
import { schemaJobName } from '../render/schema-job.js';
import { Nacos, type NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';
import { act } from './act.js';
import { missingKeys } from './credentials.js';
import { observe } from './observe.js';
import { plan } from './plan.js';
import { isComplete, status } from './status.js';

/** The controller of Nacos objects: the wiring, nothing else. */
export const nacos = controller(Nacos, {
  owns: {
    secrets: Secret,
    configMaps: ConfigMap,
    jobs: Job,
    services: Service,
    statefulSets: StatefulSet,
    disruptionBudgets: PodDisruptionBudget,
  },
  reads: {
    pods: reading(Pod, (pod, { metadata }: NacosObject) => pod.metadata.labels?.app === metadata.name, {
      labelSelector: 'middleware=nacos,component=nacos',
    }),
  },
  permissions: [
    { kind: Secret, verbs: ['get', 'patch'] },
    { kind: Pod, verbs: ['get'] },
  ],
  render: (object) => render(object),
  hold: (child, object, { jobs, secrets }) =>
    child.kind === 'StatefulSet' ? serversWait(object, jobs, secrets) : undefined,
  observe: (object, { pods, secrets }, context) => observe(object, pods, secrets, context),
  status: (object, children, facts) => status(object, children, facts),
  plan: (object, _, facts) => plan(object, facts),
  act: (action, object, context) => act(action, object, context),
  // A Nacos can break while its pods look ready, and nothing in Kubernetes would change.
  requeueAfter: (object) => (object.status?.phase === 'Running' ? 30 : 5),
});

/** Why servers must not start, or change, yet. */
function serversWait(object: NacosObject, jobs: readonly Job[], secrets: readonly Secret[]): string | undefined {
  const instance = resolve(object);
  const { authSecret } = instance.names;
  const secret = secrets.find(({ metadata }) => metadata?.name === authSecret);
  if (instance.authentication.identitySecret === authSecret && (!secret || missingKeys(secret).length > 0)) {
    return `waits for the keys of Secret ${authSecret}`;
  }
  const job = schemaJobName(instance);
  if (job && !isComplete(jobs.find(({ metadata }) => metadata?.name === job)))
    return `waits for the schema, Job ${job}`;
  return undefined;
}
