import type { Construct } from 'constructs';
import { NacosInstance } from './nacos-instance.js';
import type { NacosProps } from './nacos-props.js';

/** Props of a `NacosCluster`. */
export interface NacosClusterProps extends NacosProps {
  /** Number of members; odd, so that a majority is left when one fails. @default 3 */
  readonly replicas?: number;
}

/** Members that keep their data among each other by Raft, each on a volume: no external database. */
export class NacosCluster extends NacosInstance {
  /** @throws Error naming the construct's path, the prop, its value and what is allowed */
  public constructor(scope: Construct, id: string, props: NacosClusterProps = {}) {
    super(scope, id, props, { type: 'cluster', replicas: props.replicas ?? 3 });
  }
}
