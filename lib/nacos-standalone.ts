import type { Construct } from 'constructs';
import { NacosInstance } from './nacos-instance.js';
import type { NacosProps } from './nacos-props.js';

/** Props of a `NacosStandalone`. */
export interface NacosStandaloneProps extends NacosProps {}

/** One Nacos server with its embedded database on a volume: for development, tests and small teams. */
export class NacosStandalone extends NacosInstance {
  /** @throws Error naming the construct's path, the prop, its value and what is allowed */
  public constructor(scope: Construct, id: string, props: NacosStandaloneProps = {}) {
    super(scope, id, props, { type: 'standalone', replicas: 1 });
  }
}
