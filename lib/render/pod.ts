import type {
  Affinity,
  Container,
  ContainerPort,
  PodSpec,
  PodTemplateSpec,
  Probe,
  TopologySpreadConstraint,
  Volume,
} from 'kubernetes-types/core/v1.js';
import type { Instance } from '../resource/resolve.js';
import { endpointNames } from '../server/endpoints.js';
import type { HealthCheck } from '../server/profiles.js';
import { formatVersion } from '../server/version.js';
import { effectiveOf, portsOf } from './effective.js';
import { endpointPorts } from './endpoint-ports.js';
import { asWritten, environment } from './environment.js';
import { startMember } from './members.js';
import { overlay } from './overlay.js';
import { security } from './security.js';
import { storage } from './storage.js';

/**
 * Version of Nacos: of a pod, the one that it was made for, unless that is only a guess; of a StatefulSet, the one that
 * all its servers have reached.
 */
export const versionAnnotation = 'nacos.io/version';

/**
 * Revision of what servers take from Secrets: of a StatefulSet, the one that was seen last; of its pods, the one that
 * they were made with, once Secrets have changed.
 */
export const secretsAnnotation = 'nacos.io/secrets-revision';

/** Label of a member: whether the Services for clients lead to it. */
export const trafficLabel = 'nacos.io/client-traffic';

/** Label of the members that get client traffic. The operator takes it from one that is to leave. */
export const clientTraffic = { [trafficLabel]: 'enabled' } as const;

/** What holds a server back until something that it needs is there. */
export interface Gate {
  readonly waiting: readonly Container[];
  readonly volumes: readonly Volume[];
}

/** The pod of a server. Nothing in it depends on the number of members, so scaling restarts no pod. */
export function podTemplate(instance: Instance, gate: Gate): PodTemplateSpec {
  const { spec, labels, inherited, secretsRevision } = instance;
  return {
    metadata: {
      labels: {
        ...inherited.labels,
        ...spec.podLabels,
        ...labels,
        ...(instance.servers.mode === 'cluster' && clientTraffic),
      },
      annotations: {
        ...spec.podAnnotations,
        ...(instance.versionKnown && { [versionAnnotation]: formatVersion(instance.version) }),
        ...(secretsRevision && { [secretsAnnotation]: secretsRevision }),
      },
    },
    spec: overlay(podSpec(instance, gate), spec.k8sWrapper?.PodSpec ?? {}),
  };
}

function podSpec(instance: Instance, gate: Gate): PodSpec {
  const { spec } = instance;
  const own = storage(instance);
  const initContainers = [...gate.waiting, ...own.initContainers];
  const volumes = [...own.volumes, ...gate.volumes];
  const { pod } = security(spec);
  const spread = spec.topologySpreadConstraints?.map((constraint) => ({
    labelSelector: { matchLabels: instance.selector },
    ...constraint,
  })) as TopologySpreadConstraint[] | undefined;
  return {
    ...scheduling(instance),
    ...(initContainers.length > 0 && { initContainers }),
    containers: [server(instance)],
    ...(volumes.length > 0 && { volumes }),
    // A Service called nacos-server would otherwise set NACOS_SERVER_PORT, which the image reads.
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    ...preferDifferentNodes(instance),
    ...(spec.affinity && { affinity: spec.affinity }),
    ...(pod && { securityContext: pod }),
    ...(spread && { topologySpreadConstraints: spread }),
    ...(spec.terminationGracePeriodSeconds !== undefined && {
      terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
    }),
  };
}

/** Where and as which user Jobs of the instance run like its servers. */
export function scheduling({ spec }: Instance): Partial<PodSpec> {
  return {
    ...(spec.imagePullSecrets && { imagePullSecrets: spec.imagePullSecrets }),
    ...(spec.nodeSelector && { nodeSelector: spec.nodeSelector }),
    ...(spec.tolerations && { tolerations: spec.tolerations }),
    ...(spec.priorityClassName && { priorityClassName: spec.priorityClassName }),
    // The API server keeps both names of the field, and would fill in one that is taken away from the other
    // (core/v1/conversion.go).
    ...(spec.serviceAccountName && {
      serviceAccountName: spec.serviceAccountName,
      serviceAccount: spec.serviceAccountName,
    }),
  };
}

function server(instance: Instance): Container {
  const { spec, names, image, servers } = instance;
  const { container } = security(spec);
  return {
    name: names.container,
    image,
    ...(spec.imagePullPolicy && { imagePullPolicy: spec.imagePullPolicy }),
    ...(servers.mode === 'cluster' && { command: ['sh', '-c'], args: [startMember] }),
    env: environment(instance),
    ports: containerPorts(instance),
    ...(spec.resources && { resources: spec.resources as Container['resources'] }),
    ...probes(instance),
    volumeMounts: storage(instance).mounts,
    ...(container && { securityContext: container }),
  };
}

function containerPorts(instance: Instance): ContainerPort[] {
  const { profile } = instance;
  const ports = portsOf(instance);
  const named = {
    client: ports.http,
    rpc: ports.raft,
    'new-rpc': ports.grpc,
    'peer-rpc': ports.peer,
    ...(profile.consolePort && { console: ports.console }),
    ...(profile.aiPort && { ai: ports.ai }),
  };
  const on = effectiveOf(instance).endpoints;
  const own = endpointNames
    .filter((name) => on[name] && name !== 'ai')
    .flatMap((name) => endpointPorts(instance, name));
  return [
    ...Object.entries(named).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
    ...own.map(({ port: containerPort, ...one }) => ({ ...one, containerPort })),
  ];
}

/** Members prefer different nodes; they do not insist, so that a small cluster still starts. */
function preferDifferentNodes({ servers, selector }: Instance): { affinity?: Affinity } {
  if (servers.mode === 'standalone') return {};
  const podAffinityTerm = { labelSelector: { matchLabels: selector }, topologyKey: 'kubernetes.io/hostname' };
  const preferred = [{ weight: 100, podAffinityTerm }];
  return { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } };
}

/** The probes of the servers: the version's, or the user's own in their place. */
export function probes(instance: Instance): {
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
} {
  const { spec } = instance;
  return {
    // A peer's dead connection can keep a member from joining for 15 minutes (measured); a kill would only start them
    // again.
    startupProbe: spec.startupProbe ?? {
      ...live(instance),
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 240,
    },
    // Never the readiness path: with the database down it hangs while the server still serves (measured).
    livenessProbe: spec.livenessProbe ?? {
      ...live(instance),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    readinessProbe: spec.readinessProbe ?? {
      ...ready(instance),
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  };
}

function live(instance: Instance): Probe {
  return hasConsole(instance) ? check(instance, instance.profile.liveness) : check(instance, withoutConsole.liveness);
}

function ready(instance: Instance): Probe {
  if (hasConsole(instance)) return check(instance, instance.profile.readiness);
  const path = `${effectiveOf(instance).contextPath}/v3/admin/core/state/readiness`;
  const url = asWritten(`http://127.0.0.1:${portsOf(instance).http}${path}`);
  return { exec: { command: ['sh', '-c', `curl -s -m 4 "$0" | grep -q '"code":0'`, url] } };
}

/**
 * A 3.x server with its console elsewhere; its readiness answers 200 even if not ready (nacos:
 * ServerStateController.java).
 */
const withoutConsole: { readonly liveness: HealthCheck } = {
  liveness: { port: 'http', path: '/v3/admin/core/state/liveness' },
};

function hasConsole(instance: Instance): boolean {
  return instance.profile.consolePort === undefined || effectiveOf(instance).console !== undefined;
}

function check(instance: Instance, { port, path }: HealthCheck): Probe {
  const { contextPath, console } = effectiveOf(instance);
  const folder = port === 'http' ? contextPath : (console?.contextPath ?? '');
  return { httpGet: { path: `${folder}${path}`, port: portsOf(instance)[port] } };
}
