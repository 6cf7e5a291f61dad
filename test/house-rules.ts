import { containersOf, type KubernetesObject, type Labels, podTemplateOf } from './kubernetes-object.js';
import { podSecurityViolations } from './pod-security.js';

const clusterScoped = new Set(['CustomResourceDefinition', 'ClusterRole', 'ClusterRoleBinding', 'Namespace']);

/** What is wrong with objects that are to be applied together; empty where they keep the house rules. */
export function violations(objects: readonly KubernetesObject[]): string[] {
  return [
    ...duplicates(objects.map(id)).map((one) => `${one}: is there twice`),
    ...objects.flatMap((object) => [
      ...gaps(object, id(object)),
      ...naming(object),
      ...(clusterScoped.has(object.kind) && object.metadata.namespace ? [`${id(object)}: has a namespace`] : []),
      ...selection(object, objects),
      ...pods(object, objects),
    ]),
  ];
}

/** What keeps the pods of all objects out of a namespace with the Pod Security Standard "restricted". */
export function unrestricted(objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((object) => {
    const pod = podTemplateOf(object)?.spec;
    return pod ? podSecurityViolations(containersOf(pod), pod).map((text) => `${id(object)}: ${text}`) : [];
  });
}

export function id({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Values that are null or undefined. */
function gaps(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [`${path}: is ${value}`];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => gaps(inner, `${path}.${name}`));
}

function naming(object: KubernetesObject): string[] {
  const { kind, metadata } = object;
  // A Service's name is a DNS label (RFC 1035); names of StatefulSets and Jobs become labels of their pods, the former
  // with a hash.
  const longest = { Service: 63, Job: 63, StatefulSet: 52 }[kind] ?? 253;
  const dns = kind === 'Service' ? /^[a-z]([-a-z0-9]*[a-z0-9])?$/ : /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;
  const labels = Object.entries({ ...metadata.labels, ...podTemplateOf(object)?.metadata?.labels });
  return [
    ...(metadata.name.length > longest ? [`${id(object)}: its name is longer than ${longest}`] : []),
    ...(dns.test(metadata.name) ? [] : [`${id(object)}: its name is no DNS name`]),
    ...labels
      .filter(([name, value]) => ['app', 'component', 'middleware'].includes(name) && !/^[-a-z0-9]{1,63}$/.test(value))
      .map(([name]) => `${id(object)}: its label ${name} is none`),
  ];
}

/** What selects pods selects those of one StatefulSet, and no others. */
function selection(object: KubernetesObject, objects: readonly KubernetesObject[]): string[] {
  const selector = selectorOf(object);
  if (!selector) return [];
  const selected = objects.filter(
    (other) =>
      other.metadata.namespace === object.metadata.namespace &&
      podTemplateOf(other) !== undefined &&
      contains(podTemplateOf(other)?.metadata?.labels ?? {}, selector),
  );
  const kinds = selected.map(({ kind }) => kind).join(', ') || 'nothing';
  if (Object.keys(selector).length === 0) return [`${id(object)}: selects everything`];
  return kinds === 'StatefulSet' ? [] : [`${id(object)}: selects ${kinds}, not one StatefulSet`];
}

function selectorOf({ kind, spec }: KubernetesObject): Labels | undefined {
  if (kind === 'Service') return withoutGate(spec?.selector as Labels | undefined);
  if (kind !== 'StatefulSet' && kind !== 'PodDisruptionBudget') return undefined;
  return (spec?.selector as { matchLabels: Labels } | undefined)?.matchLabels;
}

/** A Service may wait for an administrator; once there is one, the rest of its selector is what counts. */
function withoutGate(selector: Labels | undefined): Labels | undefined {
  if (!selector) return undefined;
  const { 'nacos.io/client-traffic': _gate, ...rest } = selector;
  return rest;
}

function contains(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

function pods(object: KubernetesObject, objects: readonly KubernetesObject[]): string[] {
  const pod = podTemplateOf(object)?.spec;
  if (!pod) return [];
  const claims = (object.spec?.volumeClaimTemplates ?? []) as readonly KubernetesObject[];
  const volumes = [...(pod.volumes ?? []).map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
  const containers = containersOf(pod);
  const configMaps = (pod.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []);
  const found = [
    ...duplicates(containers.map(({ name }) => name)).map((name) => `container ${name} is there twice`),
    ...duplicates(volumes).map((name) => `volume ${name} is there twice`),
    ...configMaps
      .filter((name) => !objects.some(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name))
      .map((name) => `ConfigMap ${name} is not there`),
    ...containers.flatMap(({ env = [], ports = [], volumeMounts = [], image }) => [
      ...(image ? [] : ['a container has no image']),
      ...duplicates(env.map(({ name }) => name)).map((name) => `variable ${name} is there twice`),
      ...env.filter((one) => one.value !== undefined && one.valueFrom).map(({ name }) => `${name} has two sources`),
      ...duplicates(ports.map(({ containerPort, protocol = 'TCP' }) => `${containerPort}/${protocol}`)).map(
        (port) => `port ${port} is there twice`,
      ),
      ...duplicates(volumeMounts.map(({ mountPath }) => mountPath)).map((path) => `${path} is mounted twice`),
      ...volumeMounts.filter(({ name }) => !volumes.includes(name)).map(({ name }) => `volume ${name} is not there`),
    ]),
    ...podSecurityViolations(object.kind === 'Job' ? containers : containers.filter(isOurs), pod),
  ];
  return found.map((text) => `${id(object)}: ${text}`);
}

function isOurs({ name }: { readonly name: string }): boolean {
  return name === 'wait-for-schema';
}

function duplicates(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
