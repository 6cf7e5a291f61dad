import type { Controller, KubernetesObject, Resource, Stored } from 'cdk8s-reconciler';
import { FaultyProxy } from 'cdk8s-reconciler/testing';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import { expect } from 'vitest';
import type { TestCluster } from '../../../test/cluster/test-cluster.js';
import { collectionPath, objectPath } from '../../src/client/endpoint.js';
import type { Kind } from '../../src/kind.js';
import type { Status } from '../../src/reconcile/status.js';
import { createLog } from '../../src/run/log.js';
import { Manager } from '../../src/run/manager.js';
import { Metrics } from '../../src/run/metrics.js';
import { administratorToken } from './administrator.js';

export const eventually = { timeout: 60_000, interval: 30 };

export type AnyObject = Stored & { readonly spec: Record<string, unknown>; readonly status?: Status };

/** Makes resources known to the API server, which test files share. */
export async function define(cluster: TestCluster, ...resources: readonly Resource[]): Promise<void> {
  for (const { definition } of resources) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata?.name}`;
    await cluster.api.patch(`${path}?fieldManager=test`, definition, 'apply');
  }
  for (const resource of resources) {
    await expect
      .poll(() => cluster.api.list(collectionPath(resource)).catch(String), eventually)
      .toHaveProperty('items');
  }
}

export interface Options {
  /** @default the cluster's own one */
  readonly namespaces?: readonly string[] | 'all';
  /** @default a new one */
  readonly proxy?: FaultyProxy;
}

/** Controllers that run in the test's process, with a proxy between them and the API server. */
export class Running {
  private constructor(
    readonly proxy: FaultyProxy,
    private readonly manager: Manager,
    readonly metrics: Metrics,
  ) {}

  static async start(cluster: TestCluster, controllers: readonly unknown[], options: Options = {}): Promise<Running> {
    const proxy = options.proxy ?? (await FaultyProxy.start(cluster.controlPlane.kubeconfig));
    const { namespaces = [cluster.namespace] } = options;
    const token = await administratorToken(cluster);
    const connection = { server: new URL(proxy.url), credentials: async () => ({ token, tls: {} }) };
    const config = {
      connection,
      port: 0,
      logLevel: 'silent',
      ...(namespaces !== 'all' && { watchNamespaces: namespaces }),
    };
    const metrics = new Metrics();
    const log = createLog(process.env.LOG_LEVEL ?? 'silent');
    const manager = new Manager(controllers as readonly Controller[], config, metrics, log);
    void manager.run();
    return new Running(proxy, manager, metrics);
  }

  get notReady(): string | undefined {
    return this.manager.notReady;
  }

  get ready(): boolean {
    return this.manager.notReady === undefined;
  }

  /** Requests that change something, events aside, such as `POST deployments` and `PATCH deployments/web`. */
  get writes(): string[] {
    return this.proxy.requests
      .filter(({ method, path }) => method !== 'GET' && !/\/events(\/|$)/.test(path))
      .map(
        ({ method, path }) =>
          `${method} ${path
            .split('/')
            .slice(method === 'POST' ? -1 : -2)
            .join('/')}`,
      );
  }

  /** Reconciliations that ended, by whatever result. */
  async reconciliations(): Promise<number> {
    return this.sum(/^controller_runtime_reconcile_total{.*} (\d+)$/gm);
  }

  /** Reconciliations that failed. */
  async failures(): Promise<number> {
    return this.sum(/^controller_runtime_reconcile_errors_total{.*} (\d+)$/gm);
  }

  private async sum(series: RegExp): Promise<number> {
    const counts = [...(await this.metrics.text()).matchAll(series)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  async stop(): Promise<void> {
    await this.manager.stop();
    await this.proxy.stop();
  }
}

/** Resolves when the operator has written nothing for a second. */
export async function quiet({ proxy }: Running): Promise<void> {
  for (let before = -1; before !== writeCount(proxy); ) {
    before = writeCount(proxy);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** The watch comes so late that others change things unseen. Returns what ends that. */
export async function delayWatch({ proxy }: Running, plural: string): Promise<() => void> {
  const late = proxy.inject({
    on: ({ path, watch }) => watch && path.endsWith(`/${plural}`),
    effect: { do: 'delay', milliseconds: 5000 },
  });
  proxy.resetAll();
  await expect.poll(() => late.hits, eventually).toBeGreaterThan(0);
  return () => {
    late.remove();
    proxy.resetAll();
  };
}

function writeCount({ requests }: FaultyProxy): number {
  return requests.filter(({ method }) => method !== 'GET').length;
}

/** Objects of a resource and their children, as the administrator handles them. */
export class World {
  constructor(
    private readonly cluster: TestCluster,
    private readonly resource: Resource,
  ) {}

  create(
    name: string,
    spec: object = {},
    metadata: object = {},
    namespace = this.cluster.namespace,
  ): Promise<AnyObject> {
    const { group, version, kind } = this.resource;
    const object = { apiVersion: `${group}/${version}`, kind, metadata: { name, ...metadata }, spec };
    return this.cluster.api.create(collectionPath(this.resource, namespace), object);
  }

  edit(name: string, patch: object): Promise<AnyObject> {
    return this.cluster.api.patch(this.path(name), patch);
  }

  remove(name: string): Promise<unknown> {
    return this.cluster.api.delete(this.path(name));
  }

  get(name: string): Promise<AnyObject> {
    return this.cluster.api.get(this.path(name));
  }

  async condition(name: string, type: string) {
    const { status } = await this.get(name);
    return status?.conditions?.find((condition) => condition.type === type);
  }

  /** Undefined if there is none. */
  child<T extends KubernetesObject>(kind: Kind<T>, name: string): Promise<Stored<T> | undefined> {
    return this.cluster.api
      .get<Stored<T>>(objectPath(kind, name, this.cluster.namespace))
      .catch((error) => (error.status === 404 ? undefined : Promise.reject(error)));
  }

  async image(name: string, kind: Kind<Deployment>): Promise<string | undefined> {
    return (await this.child(kind, name))?.spec?.template.spec?.containers[0]?.image;
  }

  async settled(name: string, status: 'True' | 'False' = 'True', within = eventually): Promise<void> {
    await expect
      .poll(async () => {
        const { metadata, status } = await this.get(name);
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        return ready?.observedGeneration === metadata.generation && ready?.status;
      }, within)
      .toBe(status);
  }

  private path(name: string): string {
    return objectPath(this.resource, name, this.cluster.namespace);
  }
}
