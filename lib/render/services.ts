import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../resource/names.js';
import { endpointsOf, type Instance } from '../resource/resolve.js';
import type { NacosSpec } from '../resource/spec.js';
import type { Endpoint } from '../server/endpoints.js';
import { effectiveOf, portsOf } from './effective.js';
import { endpointPorts } from './endpoint-ports.js';
import { metadata } from './metadata.js';
import { trafficLabel } from './pod.js';

type Exposure = NonNullable<NacosSpec['console']>;

// Names of ports are the official operator's (Kind.go): users' monitors and policies refer to them.
const names = {
  http: 'client',
  raft: 'rpc',
  grpc: 'new-rpc',
  peer: 'peer-rpc',
  console: 'console',
  ai: 'ai',
  xds: 'xds',
} as const;

/** A Service has the ports of its servers: clients add 1000 to the one that they know. */
function portOf(instance: Instance, kind: keyof typeof names): ServicePort {
  const port = portsOf(instance)[kind];
  return { name: names[kind], port, targetPort: port, protocol: 'TCP' };
}

/** A value that no pod has: a Service that selects it has its address and node ports, and no endpoints. */
export const noTraffic = { [trafficLabel]: 'not-before-administrator' };

/** Whether a live Service is one that has no endpoints on purpose. */
export function isClosed({ spec }: Service): boolean {
  return spec?.selector?.[trafficLabel] === noTraffic[trafficLabel];
}

/** @param clients labels of the pods that get the traffic, beyond the instance's own */
export function services(instance: Instance, clients: Labels): Service[] {
  const headless = instance.servers.mode === 'cluster' ? [headlessService(instance)] : [];
  return [...clientServices(instance).map((service) => only(clients, service)), ...headless];
}

/** Those by which others than members connect. */
export function clientServices(instance: Instance): Service[] {
  const { spec } = instance;
  return [
    clientService(instance, clientServiceName(instance)),
    ...(spec.console ? [consoleService(instance, spec.console)] : []),
    ...endpointsOf(spec).map((name) => endpointService(instance, name, spec.endpoints?.[name])),
  ];
}

function only(labels: Labels, service: Service): Service {
  return { ...service, spec: { ...service.spec, selector: { ...service.spec?.selector, ...labels } } };
}

/** Names of all Services. */
export function serviceNames({ servers, names, spec }: Instance): string[] {
  const own = servers.mode === 'standalone' ? [names.service] : [names.client, names.headless];
  return [...own, ...(spec.console ? [names.console] : []), ...endpointsOf(spec).map(names.endpoint)];
}

/** Name of the Service that clients use. */
export function clientServiceName({ servers, names }: Pick<Instance, 'servers' | 'names'>): string {
  return servers.mode === 'standalone' ? names.service : names.client;
}

/** Never that of Raft, which knows no login; that of the console outside the cluster only by a Service of its own. */
function clientPorts(instance: Instance): ServicePort[] {
  const { profile, spec } = instance;
  const { ai } = effectiveOf(instance).endpoints;
  return [
    portOf(instance, 'http'),
    portOf(instance, 'grpc'),
    ...(profile.consolePort && typeOf(spec.service) === 'ClusterIP' ? [portOf(instance, 'console')] : []),
    ...(profile.aiPort && ai && !spec.endpoints?.ai ? [portOf(instance, 'ai')] : []),
  ];
}

function clientService(instance: Instance, name: string): Service {
  const { service } = instance.spec;
  const nodePorts = service?.nodePorts;
  const fixed: Readonly<Record<string, number>> = nodePorts
    ? { [names.http]: nodePorts.http, [names.grpc]: nodePorts.http + 1000 }
    : {};
  const withNodePorts = clientPorts(instance).map((port) => ({
    ...port,
    ...(fixed[port.name!] && { nodePort: fixed[port.name!] }),
  }));
  return exposed(instance, name, service, withNodePorts);
}

function consoleService(instance: Instance, console: Exposure): Service {
  const port = { ...portOf(instance, instance.profile.consolePort ? 'console' : 'http'), name: names.console };
  const { nodePort } = console;
  return exposed(instance, instance.names.console, console, [{ ...port, ...(nodePort && { nodePort }) }]);
}

function endpointService(instance: Instance, name: Endpoint, exposure: Exposure = {}): Service {
  const { nodePort } = exposure;
  const ports = endpointPorts(instance, name).map(({ name, port, protocol }) => {
    return { name, port, targetPort: port, protocol, ...(nodePort && { nodePort }) };
  });
  return exposed(instance, instance.names.endpoint(name), exposure, ports);
}

function exposed(
  instance: Instance,
  name: string,
  exposure: Exposure & { nodePorts?: unknown } = {},
  servicePorts: ServicePort[],
): Service {
  const { annotations, labels, loadBalancerClass, loadBalancerIP, loadBalancerSourceRanges, externalTrafficPolicy } =
    exposure;
  const { sessionAffinity, ipFamilyPolicy, ipFamilies } = exposure;
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
      ...(sessionAffinity && { sessionAffinity }),
      ...(ipFamilyPolicy && { ipFamilyPolicy }),
      ...(ipFamilies && { ipFamilies }),
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
      ports: [portOf(instance, 'http'), portOf(instance, 'raft'), portOf(instance, 'grpc'), portOf(instance, 'peer')],
    },
  };
}
