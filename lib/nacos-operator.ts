import { Chart } from 'cdk8s';
import { Operator } from 'cdk8s-reconciler/synth';
import { Construct } from 'constructs';
import { ImageRegistry } from './image-registry.js';
import { nacos } from './operate/controller.js';
import { defaultNodeImage } from './operate/node-image.js';
import { operatorProgram } from './program-file.js';
import { checkProps, refuse, resourceProblems } from './props/check.js';
import type { NacosOperatorProps } from './props/operator-props.js';
import { overlay } from './render/overlay.js';
import type { Problem } from './resource/problem.js';

/**
 * The operator that turns Nacos objects into running servers: Deployment, roles and what else it needs, without the
 * CRD.
 */
export class NacosOperator extends Construct {
  /** Namespace that the operator lives in. */
  public readonly namespace: string;
  /** The only namespaces that it cares for. @default all */
  public readonly watchNamespaces?: readonly string[];

  /** @throws Error naming the prop that can't be */
  public constructor(scope: Construct, id: string, props: NacosOperatorProps = {}) {
    super(scope, id);
    checkProps('NacosOperator', scope, id, props);
    const quotas = { requests: { cpu: '500m', memory: '1024Mi' }, limits: { cpu: '1', memory: '2048Mi' } };
    const resources = overlay(quotas, props.resources ?? {});
    refuse(this, [...resourceProblems(resources, 2 ** 26), ...second(this, props.watchNamespaces)]);
    const operator = new Operator(this, 'Resource', {
      controllers: [nacos],
      name: props.name ?? id,
      ...(props.image ? { image: ImageRegistry.resolve(this, props.image) } : { entry: operatorProgram() }),
      ...(props.programScope && { programScope: props.programScope }),
      nodeImage: ImageRegistry.resolve(this, props.nodeImage ?? defaultNodeImage),
      ...(props.watchNamespaces && { watchNamespaces: props.watchNamespaces }),
      ...(props.writePolicy !== undefined && { writePolicy: props.writePolicy }),
      ...(props.replicas !== undefined && { replicas: props.replicas, ha: props.replicas > 1 }),
      ...(props.imagePullSecrets && { imagePullSecrets: props.imagePullSecrets }),
      ...(props.priorityClassName && { priorityClassName: props.priorityClassName }),
      resources,
    });
    this.namespace = operator.namespace;
    this.watchNamespaces = props.watchNamespaces;
  }
}

/** Another operator on the same chart with the same objects to care for: the two would write against each other. */
function second(operator: NacosOperator, namespaces: readonly string[] | undefined): Problem[] {
  const others = Chart.of(operator)
    .node.findAll()
    .filter((one): one is NacosOperator => one instanceof NacosOperator);
  const other = others.find((one) => one !== operator && meets(one.watchNamespaces, namespaces));
  if (!other) return [];
  return [
    {
      path: 'watchNamespaces',
      message: `${other.node.path} cares for ${namespaces && other.watchNamespaces ? 'some of these namespaces' : 'all namespaces'} already; remove one of the two, or give each its own namespaces`,
    },
  ];
}

function meets(some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  return !some || !others || some.some((namespace) => others.includes(namespace));
}
