import type { IncomingMessage } from 'node:http';
import { type NacosObject, type Plan, planIn } from 'cdk8s-nacos/model';
import type { Kind, KubernetesObject, Stored } from 'cdk8s-reconciler';
import {
  type Client,
  collectionPath,
  type ListOptions,
  listAll,
  type ObjectList,
  objectPath,
} from 'cdk8s-reconciler/client';

/** Which objects. */
type Selection = Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;

/** How to write. */
interface WriteOptions {
  /** The API server checks and answers as if, but keeps nothing. */
  readonly dryRun?: boolean;
  /** The version that the object must still have. */
  readonly resourceVersion?: string;
}

/** Kubernetes with the rights of one caller: every request carries the caller's own credentials. */
export class Kubernetes {
  constructor(
    private readonly client: Client,
    /** @default the client's own credentials */
    private readonly token?: string,
  ) {}

  get<T extends KubernetesObject>(kind: Kind<T>, namespace: string, name: string): Promise<Stored<T>> {
    return this.client.request('GET', objectPath(kind, name, namespace), { token: this.token });
  }

  list<T extends KubernetesObject>(kind: Kind<T>, options: Selection): Promise<ObjectList<T>> {
    return listAll(this.client, kind, { ...options, token: this.token });
  }

  create<T extends KubernetesObject>(kind: Kind<T>, object: T, options: WriteOptions): Promise<Stored<T>> {
    const path = collectionPath(kind, object.metadata?.namespace);
    return this.client.request('POST', path, { body: object, query: writing(options), token: this.token });
  }

  /** A merge patch (RFC 7396). */
  patch<T extends KubernetesObject>(
    kind: Kind<T>,
    namespace: string,
    name: string,
    patch: object,
    options: WriteOptions,
  ): Promise<Stored<T>> {
    const { resourceVersion } = options;
    const body = { ...patch, ...(resourceVersion && { metadata: { resourceVersion } }) };
    return this.client.request('PATCH', objectPath(kind, name, namespace), {
      body,
      query: writing(options),
      contentType: 'application/merge-patch+json',
      token: this.token,
    });
  }

  /** What the operator will do with a Nacos that becomes another one. */
  plan(before: NacosObject, after: NacosObject): Promise<Plan> {
    return planIn(this.client, before, after, this.token);
  }

  async delete(kind: Kind, namespace: string, name: string, options: WriteOptions): Promise<void> {
    const { dryRun, resourceVersion } = options;
    const body = {
      propagationPolicy: 'Background',
      ...(resourceVersion && { preconditions: { resourceVersion } }),
      ...(dryRun && { dryRun: ['All'] }),
    };
    await this.client.request('DELETE', objectPath(kind, name, namespace), { body, token: this.token });
  }

  /** Changes after a version, a JSON object a line. The caller reads the stream, or destroys it. */
  watch(kind: Kind, options: Selection, resourceVersion: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { namespace, ...selectors } = options;
    const timeoutSeconds = 300 + Math.floor(Math.random() * 300);
    const query = { ...selectors, watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
    return this.client.stream(collectionPath(kind, namespace), { query, signal, token: this.token });
  }
}

function writing({ dryRun }: WriteOptions) {
  return { fieldManager: 'nacos-manager', fieldValidation: 'Strict', ...(dryRun && { dryRun: 'All' }) };
}
