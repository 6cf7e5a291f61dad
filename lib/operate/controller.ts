import { controller, type EventNote, reading } from 'cdk8s-reconciler';
import {
  ConfigMap,
  Job,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  Secret,
  Service,
  StatefulSet,
} from 'cdk8s-reconciler/kinds';
import { isAuthReady, render } from '../render/render.js';
import { Nacos, type NacosObject } from '../resource/nacos.js';
import { act } from './act.js';
import { mustWait } from './hold.js';
import { observe } from './observe.js';
import { plan } from './plan.js';
import { type StatedStatus, status } from './status.js';

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
  // Of servers and of schema Jobs.
  reads: { pods: reading(Pod, belongs, { labelSelector: 'middleware=nacos' }) },
  permissions: [
    { kind: Secret, verbs: ['get', 'patch'] },
    { kind: ConfigMap, verbs: ['get'] },
    { kind: Pod, verbs: ['get', 'patch', 'delete'] },
    { kind: StatefulSet, verbs: ['get'] },
    { kind: PersistentVolumeClaim, verbs: ['get', 'patch'] },
  ],
  render: (object) => render(object),
  hold: (child, object, children) => mustWait(child, object, children),
  observe: (object, children, context) => observe(object, children, context),
  status: (object, children, facts, standard) => status(object, children, facts, standard),
  plan: (object, _, facts) => plan(object, facts),
  act: (action, object, context) => act(action, object, context),
  events: (object, now) => warnings(object, now),
  requeueAfter: (object, children, facts) => nextLook(object, status(object, children, facts)),
  // Most of a pass is waiting for servers, and some of them hang.
  workers: 16,
});

function belongs({ metadata }: Pod, nacos: NacosObject): boolean {
  const { app, component } = metadata?.labels ?? {};
  return app === (component === 'schema' ? `${nacos.metadata.name}-schema` : nacos.metadata.name);
}

/** Seconds. */
function nextLook(before: NacosObject, now: StatedStatus): number {
  // What `render` reads has changed, and our own writes wake nobody.
  if (rendered(before.status) !== rendered(now)) return 1;
  // A Nacos can break while its pods look ready, and nothing in Kubernetes would change.
  return now.phase === 'Running' ? 30 : 5;
}

function rendered(status: NacosObject['status'] | StatedStatus): string {
  const { filled, selector, membership, secrets } = status ?? {};
  return JSON.stringify([isAuthReady({ status } as NacosObject), filled, selector, membership, secrets]);
}

function warnings({ status }: NacosObject, now: NonNullable<NacosObject['status']>): EventNote[] {
  const type = 'SecretsProtected';
  const note = now.conditions?.find((condition) => condition.type === type);
  if (!note || status?.conditions?.some((condition) => condition.type === type)) return [];
  return [{ type: 'Warning', reason: 'SecretsInSpec', message: note.message ?? '' }];
}
