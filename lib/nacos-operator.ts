import { Operator } from 'cdk8s-reconciler/synth';
import { Construct } from 'constructs';
import { ImageRegistry } from './image-registry.js';
import type { ComputeResources } from './nacos-props.js';
import { nacos } from './operate/controller.js';
import { defaultNodeImage } from './operate/node-image.js';
import { operatorProgram } from './program-file.js';
import { overlay } from './render/overlay.js';

/** Props of a `NacosOperator`. */
export interface NacosOperatorProps {
  /** Name of the operator's objects. @default the construct's id */
  readonly name?: string;
  /** The only namespaces whose Nacos objects it cares for; its own counts only if listed. @default all */
  readonly watchNamespaces?: string[];
  /** @default 2, one of which is the leader */
  readonly replicas?: number;
  /**
   * Where the Deployment and the ConfigMap with its program go, such as a chart of their own: they change with every version
   * of this package, everything else rarely. Apply it last.
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

/** The operator that turns Nacos objects into running servers: Deployment, roles and what else it needs, without the CRD. */
export class NacosOperator extends Construct {
  /** Namespace that the operator lives in. */
  public readonly namespace: string;

  /** @throws Error naming the prop that can't be */
  public constructor(scope: Construct, id: string, props: NacosOperatorProps = {}) {
    super(scope, id);
    const quotas = { requests: { cpu: '500m', memory: '1024Mi' }, limits: { cpu: '1', memory: '2048Mi' } };
    const operator = new Operator(this, 'Resource', {
      controllers: [nacos],
      name: props.name ?? id,
      ...(props.image ? { image: ImageRegistry.resolve(this, props.image) } : { entry: operatorProgram() }),
      ...(props.programScope && { programScope: props.programScope }),
      nodeImage: ImageRegistry.resolve(this, props.nodeImage ?? defaultNodeImage),
      ...(props.watchNamespaces && { watchNamespaces: props.watchNamespaces }),
      ...(props.replicas !== undefined && { replicas: props.replicas, ha: props.replicas > 1 }),
      ...(props.imagePullSecrets && { imagePullSecrets: props.imagePullSecrets }),
      ...(props.priorityClassName && { priorityClassName: props.priorityClassName }),
      resources: overlay(quotas, props.resources ?? {}),
    });
    this.namespace = operator.namespace;
  }
}
