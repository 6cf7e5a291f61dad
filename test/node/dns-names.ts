import type { Answer, Question } from 'dns-packet';
import type { WatchEvent } from '../cluster/api.js';
import { clusterDomain } from '../cluster/servers.js';

/** Of a Service, what names it. */
export interface ServiceObject {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly clusterIP?: string; readonly externalName?: string };
}

export interface EndpointSliceObject {
  readonly metadata: ObjectMeta;
  readonly addressType: string;
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly hostname?: string;
    /** Always true for a Service with publishNotReadyAddresses. */
    readonly conditions?: { readonly ready?: boolean };
  }[];
}

interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** By name. */
interface Table {
  readonly addresses: Map<string, Set<string>>;
  readonly pointers: Map<string, string>;
  readonly aliases: Map<string, string>;
}

const timeToLive = 5;

/**
 * The names of a cluster, as the Kubernetes DNS specification gives them to Services and to pods of headless ones: A,
 * PTR and CNAME records.
 */
export class DnsNames {
  private readonly services = new Map<string, ServiceObject>();
  private readonly slices = new Map<string, EndpointSliceObject>();
  private table: Table | undefined;

  service({ type, object }: WatchEvent<ServiceObject>): void {
    this.change(this.services, type, object);
  }

  endpointSlice({ type, object }: WatchEvent<EndpointSliceObject>): void {
    this.change(this.slices, type, object);
  }

  /** Undefined for a name that does not exist. A name that exists has an empty answer to questions of other types. */
  answer({ name, type }: Question): Answer[] | undefined {
    this.table ??= this.build();
    const key = name.toLowerCase();
    const alias = this.table.aliases.get(key);
    // As CoreDNS does: with what the other name has, where that is of the cluster too.
    if (alias !== undefined)
      return [{ name, type: 'CNAME', ttl: timeToLive, data: alias }, ...(this.answer({ name: alias, type }) ?? [])];
    const pointer = this.table.pointers.get(key);
    if (pointer !== undefined) return type === 'PTR' ? [{ name, type, ttl: timeToLive, data: pointer }] : [];
    const addresses = this.table.addresses.get(key);
    if (!addresses) return undefined;
    return type === 'A' ? [...addresses].map((data) => ({ name, type, ttl: timeToLive, data })) : [];
  }

  private change<T extends { metadata: ObjectMeta }>(
    objects: Map<string, T>,
    type: WatchEvent<T>['type'],
    object: T,
  ): void {
    if (type === 'BOOKMARK' || type === 'ERROR') return;
    if (type === 'DELETED') objects.delete(object.metadata.uid);
    else objects.set(object.metadata.uid, object);
    this.table = undefined;
  }

  private build(): Table {
    const addresses = new Map<string, Set<string>>();
    const pointers = new Map<string, string>();
    const aliases = new Map<string, string>();
    const add = (name: string, address?: string) => {
      const known = addresses.get(name) ?? new Set();
      addresses.set(name, address ? known.add(address) : known);
    };
    const headless = new Set<string>();
    for (const { metadata, spec } of this.services.values()) {
      const name = serviceName(metadata.namespace, metadata.name);
      if (spec.externalName) {
        aliases.set(name, spec.externalName);
        continue;
      }
      if (spec.clusterIP === 'None') headless.add(name);
      add(name, spec.clusterIP === 'None' ? undefined : spec.clusterIP);
      if (spec.clusterIP && spec.clusterIP !== 'None') pointers.set(reverseName(spec.clusterIP), name);
    }
    for (const { metadata, addressType, endpoints } of this.slices.values()) {
      const name = serviceName(metadata.namespace, metadata.labels?.['kubernetes.io/service-name'] ?? '');
      if (addressType !== 'IPv4' || !headless.has(name)) continue;
      for (const { addresses: own, hostname, conditions } of endpoints ?? []) {
        const [address] = own;
        if (address === undefined || conditions?.ready === false) continue;
        const podName = `${hostname ?? address.replaceAll('.', '-')}.${name}`;
        add(name, address);
        add(podName, address);
        pointers.set(reverseName(address), podName);
      }
    }
    return { addresses, pointers, aliases };
  }
}

function serviceName(namespace: string, name: string): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}
