import type { NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer } from 'kubernetes-types/networking/v1.js';
import type { Instance } from '../resource/resolve.js';
import { metadata } from './metadata.js';
import { clientServices } from './services.js';

/** Labels of the operator's pods, in whatever namespace. */
const operator = { 'app.kubernetes.io/component': 'operator' };

/**
 * Who may connect to the servers: members to each other on every port, since 7848 and 9849 know no login; the operator;
 * and clients, once they are let in. By names of ports, so that each server is judged by its own.
 *
 * @param open whether clients are let in
 */
export function networkPolicies(instance: Instance, open: boolean): NetworkPolicy[] {
  const { spec, selector, names } = instance;
  if (spec.networkPolicy?.enabled === false) return [];
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: metadata(instance, names.networkPolicy),
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [
          { from: [{ podSelector: { matchLabels: selector } }] },
          ...rule([{ name: 'client' }], [{ namespaceSelector: {}, podSelector: { matchLabels: operator } }]),
          ...(open ? clients(instance) : []),
        ],
      },
    },
  ];
}

interface Port {
  readonly name: string;
  readonly protocol?: string | undefined;
}

/** What has an address outside of the cluster has clients there, which no selector finds. */
function clients(instance: Instance): NetworkPolicyIngressRule[] {
  const { spec, profile, adopted } = instance;
  const own: (Port & { readonly outside: boolean })[] = clientServices(instance).flatMap(({ spec }) =>
    (spec?.ports ?? []).map(({ name = '', protocol }) => ({
      // Before 3.0 the console is on the port of clients.
      name: name === 'console' && !profile.consolePort ? 'client' : name,
      protocol,
      outside: spec?.type !== 'ClusterIP',
    })),
  );
  const all = [...own, ...(profile.consolePort ? [{ name: 'console', outside: false }] : [])];
  const given = spec.networkPolicy?.clients as NetworkPolicyPeer[] | undefined;
  if (given || adopted) return rule(all, given);
  const outside = all.filter((port) => port.outside);
  const inside = all.filter(({ name }) => !outside.some((one) => one.name === name));
  return [...rule(outside), ...rule(inside, [{ namespaceSelector: {} }])];
}

/** @param from default: from anywhere */
function rule(ports: readonly Port[], from?: NetworkPolicyPeer[]): NetworkPolicyIngressRule[] {
  const unique = new Map(ports.map(({ name, protocol = 'TCP' }) => [`${name} ${protocol}`, { protocol, port: name }]));
  return unique.size === 0 ? [] : [{ ...(from && { from }), ports: [...unique.values()] }];
}
