import type { Construct } from 'constructs';
import type { ComputeResources } from './nacos-props.js';

/** Props of a `NacosOperator`. */
export interface NacosOperatorProps {
  /** Name of the operator's objects. @default the construct's id */
  readonly name?: string;
  /** Namespaces of the Nacos objects that it cares for; its own counts only if listed. @default all */
  readonly watchNamespaces?: string[];
  /**
   * A ValidatingAdmissionPolicy that limits what the operator writes to what Nacos objects own. Needs Kubernetes ≥
   * 1.30.
   *
   * @default true
   */
  readonly writePolicy?: boolean;
  /** @default 2, one of which is the leader */
  readonly replicas?: number;
  /**
   * Where the Deployment and the ConfigMap with its program go, such as a chart of their own: they change with every
   * version of this package, everything else rarely. Apply it last.
   *
   * @default the construct itself
   */
  readonly programScope?: Construct;
  /** An image that holds the operator. @default none: its program is in a ConfigMap and runs in `nodeImage` */
  readonly image?: string;
  /** Image with Node 24 that runs the program. @default node:24-slim */
  readonly nodeImage?: string;
  /** Names of Secrets for pulling images. @default none */
  readonly imagePullSecrets?: string[];
  /** @default 500m CPU and 1024Mi requested, limits of 1 CPU and 2048Mi */
  readonly resources?: ComputeResources;
  /** @default the cluster's default priority */
  readonly priorityClassName?: string;
}
