import type { Service } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicy, NetworkPolicyPort } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { port } from './deployment.js';
import type { Settings } from './settings.js';

/** Where Prometheus finds the metrics of every replica. */
export function metricsService({ name, namespace, labels, selector }: Settings): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-metrics`, namespace, labels },
    spec: {
      selector,
      ports: [{ name: 'metrics', port, targetPort: 'metrics' }],
    },
  };
}

/** In come pods that read metrics (the kubelet's probes always do); out goes what `egressPorts` allows. */
export function networkPolicy(settings: Settings): NetworkPolicy {
  const { name, namespace, labels, selector, egressPorts } = settings;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels },
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: egressPorts ? ['Ingress', 'Egress'] : ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {} }], ports: [tcp(port)] }],
      ...(egressPorts && { egress: [{ ports: [dns('UDP'), dns('TCP')] }, { ports: egressPorts.map(tcp) }] }),
    },
  };
}

/** Keeps a drain of nodes from stopping all replicas at once. */
export function disruptionBudget({ name, namespace, labels, selector }: Settings): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace, labels },
    spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
  };
}

function tcp(number: number): NetworkPolicyPort {
  return { protocol: 'TCP', port: number };
}

function dns(protocol: string): NetworkPolicyPort {
  return { protocol, port: 53 };
}
