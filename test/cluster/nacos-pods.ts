import type { Secret } from 'kubernetes-types/core/v1.js';
import { formatVersion, versionOfImage } from '../../lib/server/version.js';
import { StandIn, StandInCluster, type StandInOptions } from '../nacos/stand-in.js';
import type { FakePod } from './fake-pod.js';
import { standInAddress } from './network.js';
import type { PodScript } from './pod-scripts.js';
import type { TestCluster } from './test-cluster.js';

/**
 * Plays the servers of a Nacos: each pod's address is served by a stand-in, and the pod is ready as soon as it listens.
 */
export class NacosPods implements PodScript {
  /** By name of the pod. */
  readonly servers = new Map<string, StandIn>();
  /** By name of the Nacos. */
  readonly clusters = new Map<string, StandInCluster>();

  /** Servers say the version in the tag of their image. @default the recorded one of its line */
  sayTheirTag = false;
  /** The pod that each server is in. */
  private readonly uids = new Map<string, string>();

  constructor(private readonly cluster: TestCluster) {}

  async start(pod: FakePod): Promise<void> {
    await this.servers.get(pod.name)?.close();
    const container = pod.manifest.spec?.containers[0];
    const environment = new Map(container?.env?.map((variable) => [variable.name, variable]));
    const value = async (name: string) => {
      const from = environment.get(name)?.valueFrom?.secretKeyRef;
      if (!from) return environment.get(name)?.value;
      const path = `/api/v1/namespaces/${pod.namespace}/secrets/${from.name}`;
      const { data } = await this.cluster.api.get<Secret>(path);
      return Buffer.from(data?.[from.key ?? ''] ?? '', 'base64').toString();
    };
    const key = await value('NACOS_AUTH_IDENTITY_KEY');
    const version = versionFor(container?.image ?? '');
    // A volume keeps what its server knew.
    const { password, data } = this.servers.get(pod.name) ?? {};
    // Of the official operator, by the list in its environment.
    const listed = (await value('NACOS_SERVERS'))?.split(' ').find((host) => host.startsWith(`${pod.name}.`));
    const host = (await value('NACOS_SERVER_IP'))?.replace('$(POD_NAME)', pod.name) ?? listed?.replace(/:\d+$/, '');
    const tag = this.sayTheirTag ? versionOfImage(container?.image ?? '') : undefined;
    const server = new StandIn({
      version,
      ...(tag && { says: formatVersion(tag) }),
      authentication: version.startsWith('3') || (await value('NACOS_AUTH_ENABLE')) === 'true',
      ...(key && { identity: { key, value: (await value('NACOS_AUTH_IDENTITY_VALUE')) ?? '' } }),
      password,
      ...(data && { data }),
      ...(host && { host, cluster: this.clusterOf(pod.name.replace(/-\d+$/, '')) }),
    });
    this.servers.set(pod.name, await server.listen(standInAddress(pod.address)));
    this.uids.set(pod.name, pod.uid);
    await pod.becomeReady();
  }

  private clusterOf(name: string): StandInCluster {
    const cluster = this.clusters.get(name) ?? new StandInCluster();
    this.clusters.set(name, cluster);
    return cluster;
  }

  /** The next pod of that name may have a server already. */
  async stop({ name, uid }: FakePod): Promise<void> {
    if (this.uids.get(name) === uid) await this.servers.get(name)?.close();
  }
}

/** The recorded version of the image's line. */
function versionFor(image: string): StandInOptions['version'] {
  const { major, minor } = versionOfImage(image) ?? { major: 2, minor: 0 };
  return major === 3 ? '3.0.3' : minor === 0 ? '2.0.4' : '2.3.2';
}
