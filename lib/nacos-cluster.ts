import type { Construct } from 'constructs';
import { NacosInstance } from './nacos-instance.js';
import { checkProps } from './props/check.js';
import type { NacosClusterProps } from './props/nacos-props.js';

/** Members that keep their data among each other by Raft, each on a volume: no external database. */
export class NacosCluster extends NacosInstance {
  /** @throws Error naming the construct's path, the prop, its value and what is allowed */
  public constructor(scope: Construct, id: string, props: NacosClusterProps = {}) {
    super(scope, id, checkProps('NacosCluster', scope, id, props), { type: 'cluster', replicas: props.replicas ?? 3 });
  }
}
