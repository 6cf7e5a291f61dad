import { controller, reading } from 'cdk8s-reconciler';
import {
  ConfigMap,
  Job,
  NetworkPolicy,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  Secret,
  Service,
  StatefulSet,
} from 'cdk8s-reconciler/kinds';
import { Nacos, type NacosObject } from '../resource/nacos.js';
import { act } from './act.js';
import { Logins } from './administrator/logins.js';
import { Rivalry } from './adoption/observe.js';
import { Deafness } from './cluster/disconnected.js';
import { credentialsLabel } from './credentials/secret.js';
import { decide } from './decide.js';
import { observe } from './observe.js';
import { undecided } from './status.js';

const memory = { deafness: new Deafness(), logins: new Logins(), rivalry: new Rivalry() };

/** CEL. The Secret outlives its Nacos, and hands may have made it before: its name is all that is sure. */
const ownSecret = "object.metadata.name.endsWith('-auth')";
/** CEL. Claims have the labels by which the StatefulSet selects pods. */
const ofServers = "object.metadata.?labels['middleware'].orValue('') == 'nacos'";

/** The controller of Nacos objects: the wiring, nothing else. */
export const nacos = controller(Nacos, {
  owns: {
    secrets: Secret,
    configMaps: ConfigMap,
    jobs: Job,
    services: Service,
    statefulSets: StatefulSet,
    disruptionBudgets: PodDisruptionBudget,
    networkPolicies: NetworkPolicy,
  },
  reads: {
    // Of servers and of schema Jobs.
    pods: reading(Pod, belongs, { labelSelector: 'middleware=nacos' }),
    // Not owned: they outlive the object, as its volumes do.
    credentials: reading(Secret, credentialsLabel),
  },
  permissions: [
    // Its status shows whether another operator still writes it; caches keep no managed fields.
    { kind: Nacos, verbs: ['get'] },
    { kind: Secret, verbs: ['get', 'patch'], only: ownSecret },
    { kind: ConfigMap, verbs: ['get'] },
    { kind: Pod, verbs: ['get', 'patch', 'delete'], only: ofServers },
    { kind: Service, verbs: ['get'] },
    { kind: StatefulSet, verbs: ['get'] },
    { kind: PersistentVolumeClaim, verbs: ['get', 'patch', 'delete'], only: ofServers },
  ],
  observe: (object, children, context) => observe(object, children, context, memory),
  decide: (object, children, observed) => decide(object, children, observed),
  undecided: (_object, standard) => undecided(standard),
  act: (step, object, context) => act(step, object, context),
  // Most of a reconciliation is waiting for servers, and some of them hang.
  workers: 16,
});

function belongs({ metadata }: Pod, nacos: NacosObject): boolean {
  const { app, component } = metadata?.labels ?? {};
  return app === (component === 'schema' ? `${nacos.metadata.name}-schema` : nacos.metadata.name);
}
