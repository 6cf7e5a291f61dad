import type { Construct } from 'constructs';
import { NacosInstance } from './nacos-instance.js';
import { checkProps } from './props/check.js';
import type { NacosStandaloneProps } from './props/nacos-props.js';

/** One Nacos server with its embedded database on a volume: for development, tests and small teams. */
export class NacosStandalone extends NacosInstance {
  /** @throws Error naming the construct's path, the prop, its value and what is allowed */
  public constructor(scope: Construct, id: string, props: NacosStandaloneProps = {}) {
    super(scope, id, checkProps('NacosStandalone', scope, id, props), { type: 'standalone', replicas: 1 });
  }
}
