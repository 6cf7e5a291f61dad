import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Container, EnvVar, PodSpec, Probe } from 'kubernetes-types/core/v1.js';
import { environment } from '../environment.js';
import { inRegistry } from '../image.js';
import { restricted } from '../kit/restricted.js';
import type { Program } from './program.js';
import type { Settings } from './settings.js';

export const port = 8080;
export const programDirectory = '/operator';

/**
 * A young generation of 16 MiB mostly holds garbage: with 2 a full cache takes half the memory, for a tenth more CPU
 * (measured).
 */
export const nodeOptions = '--max-semi-space-size=2';

/** The Deployment, with `program` mounted unless the image has it. */
export function deployment(settings: Settings, program?: Program): Deployment {
  const { name, namespace, labels, selector, replicas, ha } = settings;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      // Without election the old process has to be gone before the new one writes.
      strategy: ha ? { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } } : { type: 'Recreate' },
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, ...(program && { annotations: { 'checksum/program': program.checksum } }) },
        spec: restricted({
          ...identity(settings),
          ...scheduling(settings),
          containers: [container(settings, program)],
          ...(program && { volumes: [{ name: 'program', configMap: { name: programName(settings) } }] }),
          // Longer than the 25 s that a drain may take.
          terminationGracePeriodSeconds: 30,
        }),
      },
    },
  };
}

export function programName({ name }: Settings): string {
  return `${name}-program`;
}

function identity({ name, imagePullSecrets }: Settings): Partial<PodSpec> {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
  };
}

/** Replicas keep apart where they can: a preference, so that one node is enough. */
function scheduling(settings: Settings): Partial<PodSpec> {
  const { priorityClassName, nodeSelector, tolerations, selector } = settings;
  return {
    ...(priorityClassName && { priorityClassName }),
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations: [...tolerations] }),
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      topologyKey,
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selector },
    })),
  };
}

function container(settings: Settings, program?: Program): Container {
  const { image, nodeImage = 'node:24-slim', imageRegistry, resources } = settings;
  return {
    name: 'operator',
    image: inRegistry(image ?? nodeImage, imageRegistry),
    ...(program && { command: [...program.command] }),
    env: variables(settings),
    ports: [{ name: 'metrics', containerPort: port }],
    startupProbe: probe('/healthz', { periodSeconds: 2, failureThreshold: 30 }),
    livenessProbe: probe('/healthz', { periodSeconds: 10, failureThreshold: 3 }),
    readinessProbe: probe('/readyz', { periodSeconds: 5, failureThreshold: 2 }),
    resources: {
      requests: { ...(resources?.requests ?? { cpu: '50m', memory: '96Mi' }) },
      limits: { ...(resources?.limits ?? { memory: '256Mi' }) },
    },
    ...(program && { volumeMounts: [{ name: 'program', mountPath: programDirectory, readOnly: true }] }),
  };
}

function variables(settings: Settings): EnvVar[] {
  const { name, ha, watchNamespaces, logLevel, env } = settings;
  const values: Record<string, string | undefined> = {
    [environment.leaseName]: ha ? name : undefined,
    [environment.port]: String(port),
    [environment.watchNamespaces]: watchNamespaces?.join(','),
    [environment.logLevel]: logLevel,
    NODE_OPTIONS: nodeOptions,
    ...env,
  };
  return [
    { name: environment.podName, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: environment.namespace, valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ...Object.entries(values).flatMap(([variable, value]) => (value === undefined ? [] : [{ name: variable, value }])),
  ];
}

function probe(path: string, times: Pick<Probe, 'periodSeconds' | 'failureThreshold'>): Probe {
  return { httpGet: { path, port: 'metrics' }, timeoutSeconds: 5, ...times };
}
