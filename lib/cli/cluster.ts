import type { Stored } from 'cdk8s-reconciler';
import { ApiError, Client, listAll, objectPath, readConnection } from 'cdk8s-reconciler/client';
import { Nacos, type NacosObject } from '../resource/nacos.js';
import { UserError } from './manifests.js';

/** Reads of the cluster that KUBECONFIG names. */
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
