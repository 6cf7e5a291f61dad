import { k8s } from 'cdk8s-plus-28';
import { port } from './deployment.js';
import type { Settings } from './settings.js';

/** Where Prometheus finds the metrics of every replica. */
export function metricsService({ name, namespace, labels, selector }: Settings): k8s.KubeServiceProps {
  return {
    metadata: { name: `${name}-metrics`, namespace, labels },
    spec: {
      selector,
      ports: [{ name: 'metrics', port, targetPort: k8s.IntOrString.fromString('metrics') }],
    },
  };
}

/** In come pods that read metrics (the kubelet's probes always do); out goes what `egressPorts` allows. */
export function networkPolicy(settings: Settings): k8s.KubeNetworkPolicyProps {
  const { name, namespace, labels, selector, egressPorts } = settings;
  return {
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
export function disruptionBudget({ name, namespace, labels, selector }: Settings): k8s.KubePodDisruptionBudgetProps {
  return {
    metadata: { name, namespace, labels },
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selector } },
  };
}

function tcp(number: number): k8s.NetworkPolicyPort {
  return { protocol: 'TCP', port: k8s.IntOrString.fromNumber(number) };
}

function dns(protocol: string): k8s.NetworkPolicyPort {
  return { protocol, port: k8s.IntOrString.fromNumber(53) };
}
