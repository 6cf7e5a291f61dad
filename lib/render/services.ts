import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../resource/names.js';
import type { Instance } from '../resource/resolve.js';
import type { NacosSpec } from '../resource/spec.js';
import { ports } from '../server/profiles.js';
import { metadata } from './metadata.js';

type Exposure = NonNullable<NacosSpec['console']>;

// Names of ports are the official operator's (Kind.go): users' monitors and policies refer to them.
const client: ServicePort = { name: 'client', port: ports.http, targetPort: ports.http, protocol: 'TCP' };
const raft: ServicePort = { name: 'rpc', port: ports.raft, targetPort: ports.raft, protocol: 'TCP' };
const grpc: ServicePort = { name: 'new-rpc', port: ports.grpc, targetPort: ports.grpc, protocol: 'TCP' };
const peer: ServicePort = { name: 'peer-rpc', port: ports.peer, targetPort: ports.peer, protocol: 'TCP' };

/** A label that no pod has: a Service that selects it has its address and node ports, and leads nowhere. */
export const nobody = { 'nacos.io/waits-for': 'administrator' };

/** @param clients labels of pods, beyond the instance's own, that clients and people are led to */
export function services(instance: Instance, clients: Labels): Service[] {
  const { servers, names, spec } = instance;
  const outer = [
    servers.mode === 'standalone'
      ? clientService(instance, names.service, standalonePorts(instance))
      : clientService(instance, names.client, [client, grpc, ...versionPorts(instance)]),
    ...(spec.console ? [consoleService(instance, spec.console)] : []),
  ];
  const headless = servers.mode === 'cluster' ? [headlessService(instance)] : [];
  return [...outer.map((service) => only(clients, service)), ...headless];
}

function only(labels: Labels, service: Service): Service {
  return { ...service, spec: { ...service.spec, selector: { ...service.spec?.selector, ...labels } } };
}

/** Name of the Service that clients use. */
export function clientServiceName({ servers, names }: Pick<Instance, 'servers' | 'names'>): string {
  return servers.mode === 'standalone' ? names.service : names.client;
}

/** The raft port is on this Service because users know it there, but never outside the cluster. */
function standalonePorts(instance: Instance): ServicePort[] {
  return [client, ...(typeOf(instance.spec.service) === 'ClusterIP' ? [raft] : []), grpc, ...versionPorts(instance)];
}

function versionPorts({ profile, spec }: Instance): ServicePort[] {
  const ai = spec.env?.some(({ name, value }) => name === 'NACOS_AI_REGISTRY_ENABLED' && value === 'true');
  return [
    ...(profile.consolePort ? [consolePort(profile.consolePort)] : []),
    ...(profile.aiPort && ai
      ? [{ name: 'ai', port: profile.aiPort, targetPort: profile.aiPort, protocol: 'TCP' }]
      : []),
  ];
}

function consolePort(port: number, nodePort?: number): ServicePort {
  return { name: 'console', port, targetPort: port, protocol: 'TCP', ...(nodePort && { nodePort }) };
}

function clientService(instance: Instance, name: string, servicePorts: ServicePort[]): Service {
  const { service } = instance.spec;
  const nodePorts = service?.nodePorts;
  const fixed: Readonly<Record<string, number>> = nodePorts
    ? { client: nodePorts.http, 'new-rpc': nodePorts.http + 1000 }
    : {};
  const withNodePorts = servicePorts.map((port) => ({
    ...port,
    ...(fixed[port.name!] && { nodePort: fixed[port.name!] }),
  }));
  return exposed(instance, name, service, withNodePorts);
}

function consoleService(instance: Instance, console: Exposure): Service {
  const port = instance.profile.consolePort ?? ports.http;
  return exposed(instance, instance.names.console, console, [consolePort(port, console.nodePort)]);
}

function exposed(
  instance: Instance,
  name: string,
  exposure: Exposure & { nodePorts?: unknown } = {},
  servicePorts: ServicePort[],
): Service {
  const { annotations, labels, loadBalancerClass, loadBalancerIP, loadBalancerSourceRanges, externalTrafficPolicy } =
    exposure;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(instance, name, { labels, annotations }),
    spec: {
      type: typeOf(exposure),
      selector: instance.selector,
      ports: servicePorts,
      ...(loadBalancerClass && { loadBalancerClass }),
      ...(loadBalancerIP && { loadBalancerIP }),
      ...(loadBalancerSourceRanges && { loadBalancerSourceRanges }),
      ...(externalTrafficPolicy && { externalTrafficPolicy }),
    },
  };
}

function typeOf(exposure: (Exposure & { nodePorts?: unknown }) | undefined): string {
  return exposure?.type ?? (exposure?.nodePorts || exposure?.nodePort ? 'NodePort' : 'ClusterIP');
}

/** Gives members their names, also before they are ready: they need each other to become so. */
function headlessService(instance: Instance): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(instance, instance.names.headless),
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: instance.selector,
      ports: [client, raft, grpc, peer],
    },
  };
}
