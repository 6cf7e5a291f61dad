import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { KubernetesObject } from '../kubernetes-object.js';
import type { TestCluster } from './test-cluster.js';

/** A child as the API server has it. */
export interface LiveChild extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}

/** A line of the operator's log. */
interface LogLine {
  readonly object?: string;
  readonly changes?: readonly string[];
}

const collections = [
  { kind: 'Secret', apiVersion: 'v1', plural: 'secrets' },
  { kind: 'ConfigMap', apiVersion: 'v1', plural: 'configmaps' },
  { kind: 'Service', apiVersion: 'v1', plural: 'services' },
  { kind: 'Job', apiVersion: 'batch/v1', plural: 'jobs' },
  { kind: 'StatefulSet', apiVersion: 'apps/v1', plural: 'statefulsets' },
  { kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', plural: 'poddisruptionbudgets' },
  { kind: 'NetworkPolicy', apiVersion: 'networking.k8s.io/v1', plural: 'networkpolicies' },
];
/** Steps without an event. */
const silent: ReadonlySet<string> = new Set(['RefreshConfigurations', 'MarkClaims', 'RecordPassword']);

/** What an operator really did, by its log and by what the API server has. */
export class Deeds {
  /** Pods that went, in order. */
  private readonly pods: string[] = [];

  constructor(private readonly cluster: TestCluster) {}

  async follow(signal: AbortSignal): Promise<void> {
    const path = `/api/v1/namespaces/${this.cluster.namespace}/pods?labelSelector=component%3Dnacos`;
    const seen = new Set<string | undefined>();
    await this.cluster.api.follow<Pod>(
      path,
      ({ object: { metadata = {} } }) => {
        if (!metadata.deletionTimestamp || seen.has(metadata.uid)) return;
        seen.add(metadata.uid);
        this.pods.push(metadata.name ?? '');
      },
      signal,
    );
  }

  /** Steps that an instance took so far, in order, in the words of their events. */
  steps(name: string): string[] {
    const log = readFileSync(join(this.cluster.controlPlane.directory, 'log', 'nacos-operator.log'), 'utf8');
    const lines = log.split('\n').filter((line) => line.includes(`"${this.cluster.namespace}/${name}"`));
    return lines
      .flatMap((line) => (JSON.parse(line) as LogLine).changes ?? [])
      .filter((change) => /^[A-Z]/.test(change) && !silent.has(change.split(' ')[0] ?? ''))
      .map((change) => change.slice(change.indexOf(' ') + 1));
  }

  /** Pods that went so far. */
  gone(name: string): string[] {
    return this.pods.filter((pod) => pod.replace(/-\d+$/, '') === name);
  }

  /** The children of an instance, by kind and name. */
  async children(name: string): Promise<ReadonlyMap<string, LiveChild>> {
    const { api, namespace } = this.cluster;
    const lists = await Promise.all(
      collections.map(async ({ kind, apiVersion, plural }) => {
        const prefix = apiVersion === 'v1' ? 'api/v1' : `apis/${apiVersion}`;
        const path = `/${prefix}/namespaces/${namespace}/${plural}?labelSelector=nacos.io%2Fmanaged-by%3Dnacos`;
        const { items } = await api.list<LiveChild>(path);
        // Items of a list do not say what they are.
        return items.map((item) => ({ ...item, kind, apiVersion }));
      }),
    );
    const own = lists.flat().filter((item) => isOf(item, name));
    return new Map(own.map((child) => [`${child.kind} ${child.metadata?.name}`, child]));
  }
}

function isOf({ metadata: { ownerReferences = [] } }: LiveChild, name: string): boolean {
  return ownerReferences.some((owner) => owner.kind === 'Nacos' && owner.name === name);
}
