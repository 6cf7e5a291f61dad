import type { Api } from '../../cluster/api.js';

const group = '/apis/my.domain/v1';

/** Requests under way at the same time. */
const creators = 16;

/** Milliseconds after which an event that is waited for is taken to be lost. */
const silence = 300_000;

export const image = (version: number) => `nginx:1.${version}`;
export const nameOf = (index: number) => `web-${index}`;

/** WebServers in one namespace, and a watch that knows when their children are what they should be. */
export class WebServers {
  private readonly images = new Map<string, string>();
  private readonly services = new Set<string>();
  private readonly observed = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private readonly end = new AbortController();

  private constructor(
    private readonly api: Api,
    readonly namespace: string,
  ) {}

  static async in(api: Api, namespace: string): Promise<WebServers> {
    await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const servers = new WebServers(api, namespace);
    await servers.watch();
    return servers;
  }

  async createAll(count: number): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => nameOf(index)).values();
    await Promise.all(
      Array.from({ length: creators }, async () => {
        for (const name of names) await this.create(name);
      }),
    );
  }

  private create(name: string): Promise<unknown> {
    const metadata = { name, namespace: this.namespace };
    const spec = { replicas: 2, image: image(0) };
    return this.api.create(this.path(group, 'webservers'), {
      apiVersion: 'my.domain/v1',
      kind: 'WebServer',
      metadata,
      spec,
    });
  }

  edit(name: string, newImage: string): Promise<unknown> {
    return this.api.patch(`${this.path(group, 'webservers')}/${name}`, { spec: { image: newImage } });
  }

  /** Resolves when the Deployment of `name` has `wanted`, with the time of the event. */
  async showsImage(name: string, wanted: string): Promise<number> {
    await this.until(() => this.images.get(name) === wanted);
    return performance.now();
  }

  /** Resolves when both children of so many WebServers exist, with the time of the event. */
  async haveChildren(count: number): Promise<number> {
    await this.until(() => this.images.size >= count && this.services.size >= count);
    return performance.now();
  }

  async haveStatus(count: number): Promise<void> {
    await this.until(() => this.observed.size >= count);
  }

  /** Without controller manager nothing collects the children. */
  unwatch(): void {
    this.end.abort();
  }

  async remove(): Promise<void> {
    for (const path of [
      this.path(group, 'webservers'),
      this.path('/apis/apps/v1', 'deployments'),
      this.path('/api/v1', 'services'),
    ]) {
      await this.api.delete(path);
    }
  }

  private async watch(): Promise<void> {
    const { api, end } = this;
    await api.follow<Named>(
      this.path('/apis/apps/v1', 'deployments'),
      ({ object }) =>
        this.note(() => {
          this.images.set(object.metadata.name, object.spec?.template?.spec?.containers?.[0]?.image ?? '');
        }),
      end.signal,
    );
    await api.follow<Named>(
      this.path('/api/v1', 'services'),
      ({ object }) =>
        this.note(() => {
          this.services.add(object.metadata.name);
        }),
      end.signal,
    );
    await api.follow<Named>(
      this.path(group, 'webservers'),
      ({ object }) =>
        this.note(() => {
          if (object.status?.observedGeneration === 1) this.observed.add(object.metadata.name);
        }),
      end.signal,
    );
  }

  private note(change: () => void): void {
    change();
    for (const check of this.waiting) check();
  }

  /** Resolves once `condition` is true. Rejects after `silence` without any event, however long it takes in all. */
  private until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.namespace}: no event for ${silence / 1000} s`)), silence);
      const check = () => {
        late.refresh();
        if (!condition()) return;
        clearTimeout(late);
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }

  private path(api: string, plural: string): string {
    return `${api}/namespaces/${this.namespace}/${plural}`;
  }
}

interface Named {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image: string }[] } };
  };
  readonly status?: { readonly observedGeneration?: number };
}
