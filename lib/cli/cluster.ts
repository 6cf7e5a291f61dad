import type { Kind, KubernetesObject, Stored } from 'cdk8s-reconciler';
import { ApiError, Client, listAll, objectPath, readConnection } from 'cdk8s-reconciler/client';
import { ConfigMap, Deployment, Job, PodDisruptionBudget, Secret, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { planIn } from '../forecast/in-cluster.js';
import type { Plan } from '../forecast/plan.js';
import { Nacos, type NacosObject } from '../resource/nacos.js';
import { UserError } from './manifests.js';

const kinds: readonly Kind[] = [ConfigMap, Job, PodDisruptionBudget, Secret, Service, StatefulSet];

/** The cluster that KUBECONFIG names. */
export class Cluster {
  private constructor(private readonly client: Client) {}

  /** @throws UserError if there is no kubeconfig, or it lacks something */
  static async connect(): Promise<Cluster> {
    try {
      return new Cluster(new Client(await readConnection(), 'cdk8s-nacos'));
    } catch (error) {
      throw new UserError(`no cluster: ${(error as Error).message}; KUBECONFIG names the file`);
    }
  }

  async instances(namespace?: string): Promise<readonly Stored<NacosObject>[]> {
    return (await this.ask(listAll(this.client, Nacos, { namespace })))?.items ?? [];
  }

  instance(name: string, namespace: string): Promise<Stored<NacosObject> | undefined> {
    return this.ask(this.client.request('GET', objectPath(Nacos, name, namespace)));
  }

  /** What the operator will do with an object of this cluster. */
  plan(before: NacosObject | undefined, after: NacosObject): Promise<Plan> {
    return this.ask(planIn(this.client, before, after)) as Promise<Plan>;
  }

  /** @returns undefined where there is none */
  async object<T extends Stored>(kind: Kind, name: string, namespace: string): Promise<T | undefined> {
    return this.ask<T>(this.client.request('GET', objectPath(kind, name, namespace)));
  }

  /** The live object with the kind and name of another. */
  same({ kind, metadata: { name = '', namespace } = {} }: KubernetesObject): Promise<Stored | undefined> {
    const found = kinds.find((one) => one.kind === kind);
    if (!found) throw new Error(`${kind} is no kind of a child`);
    return this.object(found, name, namespace ?? 'default');
  }

  /** Deployments of all namespaces. Without the right to list them: a warning, and none. */
  async deployments(isWanted: (deployment: Deployment) => boolean): Promise<readonly Stored<Deployment>[]> {
    try {
      return (await listAll(this.client, Deployment, {})).items.filter(isWanted);
    } catch (error) {
      process.stderr.write(`whether another operator runs is not known: ${(error as Error).message}\n`);
      return [];
    }
  }

  async annotate({ metadata }: Stored<NacosObject>, annotations: Readonly<Record<string, string>>): Promise<void> {
    const { name, namespace, uid } = metadata;
    const body = { metadata: { uid, annotations } };
    await this.ask(
      this.client.request('PATCH', objectPath(Nacos, name, namespace), {
        body,
        contentType: 'application/merge-patch+json',
      }),
    );
  }

  close(): void {
    this.client.close();
  }

  private async ask<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw new UserError((error as Error).message);
    }
  }
}
