import type { NetworkPolicy, NetworkPolicyPeer } from 'kubernetes-types/networking/v1.js';
import { describe, expect, it } from 'vitest';
import { renderInstance } from '../../lib/render/render.js';
import { schema } from '../../lib/render/schema-job.js';
import { resolve } from '../../lib/resource/resolve.js';
import { type NacosManifest, withDefaults } from '../../lib/resource/validate.js';
import { child } from '../nacos-object.js';

/** A source of connections: a pod with labels of pod and namespace, or an address outside of the cluster. */
type Source =
  | { readonly namespace: string; readonly pod: Readonly<Record<string, string>> }
  | { readonly address: string };

const sources = {
  member: { namespace: 'shop', pod: { app: 'n', component: 'nacos', middleware: 'nacos' } },
  /** Of another namespace. */
  lookalike: { namespace: 'other', pod: { app: 'n', component: 'nacos', middleware: 'nacos' } },
  operator: {
    namespace: 'nacos-operator',
    pod: { 'app.kubernetes.io/name': 'x', 'app.kubernetes.io/component': 'operator' },
  },
  neighbour: { namespace: 'shop', pod: { app: 'cart' } },
  stranger: { namespace: 'other', pod: { app: 'evil' } },
  outside: { address: '198.51.100.7' },
} satisfies Readonly<Record<string, Source>>;

/** Of containers. */
const ports = { 8848: 'client', 9848: 'new-rpc', 9849: 'peer-rpc', 7848: 'rpc', 8080: 'console' };

function policyOf(spec: object, open = true, metadata: Partial<NacosManifest['metadata']> = {}): NetworkPolicy {
  const instance = resolve(withDefaults({ metadata: { name: 'n', namespace: 'shop', ...metadata }, spec }));
  return child(renderInstance(instance, schema(instance), { open }), 'NetworkPolicy');
}

/** Names of the sources that reach each port, by what the Kubernetes documentation says of a policy. */
function reach(policy: NetworkPolicy): Readonly<Record<string, string>> {
  const { ingress = [] } = policy.spec ?? {};
  const reaches = (source: Source, port: string) =>
    ingress.some(
      (rule) =>
        (!rule.ports || rule.ports.some((one) => one.protocol === 'TCP' && one.port === port)) &&
        (!rule.from || rule.from.some((peer) => matches(peer, source, policy.metadata?.namespace))),
    );
  const names = (port: string) =>
    Object.entries(sources).flatMap(([name, source]) => (reaches(source, port) ? name : []));
  return Object.fromEntries(Object.entries(ports).map(([number, port]) => [number, names(port).join(' ')]));
}

function matches(peer: NetworkPolicyPeer, source: Source, own = ''): boolean {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if ('address' in source) return ipBlock?.cidr === '198.51.100.0/24';
  if (ipBlock) return false;
  const within = (labels: Readonly<Record<string, string>> = {}, has: Readonly<Record<string, string>>) =>
    Object.entries(labels).every(([name, value]) => has[name] === value);
  const there = namespaceSelector
    ? within(namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': source.namespace })
    : source.namespace === own;
  return there && within(podSelector?.matchLabels, source.pod);
}

const everyPod = 'member lookalike operator neighbour stranger';

describe('the network policy of a Nacos', () => {
  it('is about its servers and no other pod', () => {
    expect(policyOf({ type: 'cluster' }).spec).toMatchObject({
      podSelector: { matchLabels: sources.member.pod },
      policyTypes: ['Ingress'],
    });
  });

  it.each(['standalone', 'cluster'])(
    'lets members alone to the ports between them, all pods to the rest: %s',
    (type) => {
      expect(reach(policyOf({ type }))).toEqual({
        8848: everyPod,
        9848: everyPod,
        9849: 'member',
        7848: 'member',
        8080: everyPod,
      });
    },
  );

  it('lets clients in once there is an administrator, and the operator before', () => {
    const closed = { 8848: 'member operator', 9848: 'member', 9849: 'member', 7848: 'member', 8080: 'member' };
    expect(reach(policyOf({}, false))).toEqual(closed);
  });

  it('lets in the clients that are named, and no other pod but the operator', () => {
    const clients = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }];
    const own = 'member neighbour';
    const all = { 8848: 'member operator neighbour', 9848: own, 9849: 'member', 7848: 'member', 8080: own };
    expect(reach(policyOf({ networkPolicy: { clients } }))).toEqual(all);
    // Also where the Service would be open to all.
    expect(reach(policyOf({ networkPolicy: { clients }, service: { type: 'NodePort' } }))).toEqual(all);
    const block = { networkPolicy: { clients: [{ ipBlock: { cidr: '198.51.100.0/24' } }] } };
    expect(reach(policyOf(block))).toMatchObject({ 8848: 'member operator outside', 7848: 'member' });
  });

  it.each(['NodePort', 'LoadBalancer'])('lets anyone in to what a Service of type %s has', (type) => {
    const all = `${everyPod} outside`;
    const inside = { 9849: 'member', 7848: 'member' };
    const service = reach(policyOf({ service: { type } }));
    expect(service).toEqual({ ...inside, 8848: all, 9848: all, 8080: everyPod });
    const console = reach(policyOf({ console: { type } }));
    expect(console).toEqual({ ...inside, 8848: everyPod, 9848: everyPod, 8080: all });
    // Before 3.0 the console is on the port of clients.
    expect(reach(policyOf({ version: '2.3.2', console: { type } }))).toMatchObject({ 8848: all, 9848: everyPod });
  });

  it('keeps the clients of a cluster that another operator made, wherever they are', () => {
    const adopted = policyOf({}, true, { annotations: { 'nacos.io/adopt-children': 'u.1' } });
    expect(reach(adopted)).toMatchObject({ 8848: `${everyPod} outside`, 9849: 'member', 7848: 'member' });
  });

  it.each([
    {},
    { version: '2.3.2', console: { nodePort: 30080 } },
    { version: '3.0.3', service: { nodePorts: { http: 30848 } } },
    { version: '3.3.0', endpoints: { ai: {}, dns: {}, xds: { type: 'NodePort' } } },
  ])('names ports as the containers of %j do, whatever their numbers', (spec) => {
    const instance = resolve(withDefaults({ metadata: { name: 'n', namespace: 'shop' }, spec }));
    const children = renderInstance(instance, schema(instance), { open: true });
    const [container] = child(children, 'StatefulSet').spec!.template.spec!.containers;
    const named = container!.ports!.map(({ name, protocol }) => `${name} ${protocol}`);
    const { ingress = [] } = child(children, 'NetworkPolicy').spec!;
    for (const { port, protocol } of ingress.flatMap((rule) => rule.ports ?? []))
      expect(named).toContain(`${port} ${protocol}`);
  });

  it('is left out where it is not wanted', () => {
    const instance = resolve(withDefaults({ metadata: { name: 'n' }, spec: { networkPolicy: { enabled: false } } }));
    const kinds = renderInstance(instance, schema(instance), { open: true }).map(({ kind }) => kind);
    expect(kinds).not.toContain('NetworkPolicy');
  });
});
