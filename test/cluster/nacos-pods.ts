import type { Secret } from 'kubernetes-types/core/v1.js';
import { StandIn } from '../nacos/stand-in.js';
import type { FakePod } from './fake-pod.js';
import { standInAddress } from './network.js';
import type { PodScript } from './pod-scripts.js';
import type { TestCluster } from './test-cluster.js';

/** Plays the servers of a Nacos: each pod's address is served by a stand-in, and the pod is ready as soon as it listens. */
export class NacosPods implements PodScript {
  /** By name of the pod. */
  readonly servers = new Map<string, StandIn>();

  constructor(
    private readonly cluster: TestCluster,
    private readonly version: ConstructorParameters<typeof StandIn>[0]['version'],
  ) {}

  async start(pod: FakePod): Promise<void> {
    await this.stop(pod);
    const environment = new Map(pod.manifest.spec?.containers[0]?.env?.map((variable) => [variable.name, variable]));
    const value = async (name: string) => {
      const from = environment.get(name)?.valueFrom?.secretKeyRef;
      if (!from) return environment.get(name)?.value;
      const path = `/api/v1/namespaces/${pod.namespace}/secrets/${from.name}`;
      const { data } = await this.cluster.api.get<Secret>(path);
      return Buffer.from(data?.[from.key ?? ''] ?? '', 'base64').toString();
    };
    const key = await value('NACOS_AUTH_IDENTITY_KEY');
    const server = new StandIn({
      version: this.version,
      authentication: (await value('NACOS_AUTH_ENABLE')) === 'true',
      ...(key && { identity: { key, value: (await value('NACOS_AUTH_IDENTITY_VALUE')) ?? '' } }),
      // A volume keeps what its server knew.
      password: this.servers.get(pod.name)?.password,
    });
    this.servers.set(pod.name, await server.listen(standInAddress(pod.address)));
    await pod.becomeReady();
  }

  async stop({ name }: FakePod): Promise<void> {
    await this.servers.get(name)?.close();
  }
}
