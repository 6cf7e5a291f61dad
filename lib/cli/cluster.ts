import { text } from 'node:stream/consumers';
import type { Kind, KubernetesObject, Stored } from 'cdk8s-reconciler';
import {
  ApiError,
  Client,
  type ConnectionChoice,
  type ListOptions,
  listAll,
  objectPath,
  readConnection,
} from 'cdk8s-reconciler/client';
import { Deployment, Pod } from 'cdk8s-reconciler/kinds';
import { planIn } from '../forecast/in-cluster.js';
import type { Plan } from '../forecast/plan.js';
import { nacos } from '../operate/controller.js';
import { Nacos, type NacosObject } from '../resource/nacos.js';
import { UserError } from './manifests.js';

const kinds: readonly Kind[] = Object.values(nacos.owns);

/** The cluster that KUBECONFIG names. */
export class Cluster {
  private constructor(
    private readonly client: Client,
    /** Of objects that name none. */
    readonly namespace: string,
  ) {}

  /** @throws UserError if there is no kubeconfig, or it lacks something */
  static async connect(choice: ConnectionChoice): Promise<Cluster> {
    try {
      const connection = await readConnection(process.env, choice);
      return new Cluster(new Client(connection, 'cdk8s-nacos'), connection.namespace || 'default');
    } catch (error) {
      throw new UserError(`no cluster: ${(error as Error).message}; KUBECONFIG or --kubeconfig names the file`);
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
    return this.object(found, name, namespace ?? this.namespace);
  }

  /** Without the right to list them: a line to standard error, and none. */
  async list<T extends KubernetesObject>(kind: Kind<T>, options: ListOptions): Promise<readonly Stored<T>[]> {
    try {
      return (await listAll(this.client, kind, options)).items;
    } catch (error) {
      process.stderr.write(`without ${kind.plural}: ${(error as Error).message}\n`);
      return [];
    }
  }

  /** Deployments of all namespaces. @throws UserError without the right to list them */
  async deployments(isWanted: (deployment: Deployment) => boolean): Promise<readonly Stored<Deployment>[]> {
    return (await this.ask(listAll(this.client, Deployment, {})))?.items.filter(isWanted) ?? [];
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

  /** @returns undefined where there is none */
  get<T>(path: string): Promise<T | undefined> {
    return this.ask<T>(this.client.request('GET', path));
  }

  /** The last lines of a container's log; undefined where there is none. */
  log({ name, namespace }: { readonly name: string; readonly namespace?: string }, lines: number) {
    const path = `${objectPath(Pod, name, namespace)}/log`;
    return this.ask(this.client.stream(path, { query: { tailLines: lines } }).then((answer) => text(answer)));
  }

  /** What the API server answers to a review, which it keeps nowhere. */
  review<T>(path: string, body: object): Promise<T | undefined> {
    return this.ask<T>(this.client.request('POST', path, { body }));
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
