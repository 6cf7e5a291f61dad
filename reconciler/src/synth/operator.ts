import { type ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { ConfigMap, Namespace } from 'kubernetes-types/core/v1.js';
import { packedBundle } from './bundle.js';
import { deployment, programDirectory, programName } from './deployment.js';
import { disruptionBudget, metricsService, networkPolicy } from './network.js';
import { type Program, program } from './program.js';
import type { OperatorProps } from './props.js';
import { accessControl } from './rbac.js';
import { add } from './scope.js';
import { resolveSettings, type Settings } from './settings.js';
import { writePolicy } from './write-policy.js';

/**
 * Everything that runs controllers in a cluster, except their CustomResourceDefinitions: ServiceAccount and roles with
 * exactly the permissions that the controllers use, an admission policy that limits its writes to what its objects
 * own, Deployment, Service for metrics, NetworkPolicy, PodDisruptionBudget. It lives in the namespace of its chart; in
 * a chart without one it brings a Namespace of its own name.
 *
 * @example
 *
 * new Operator(new Chart(app, '10-operator'), 'webserver-operator', {
 *   controllers: [webServer],
 *   entry: path.join(__dirname, 'operator.ts'),
 * });
 */
export class Operator extends Construct {
  /** Where the operator lives. */
  readonly namespace: string;
  /** For JSON patches where the properties don't reach. */
  readonly deployment: ApiObject;

  /** @throws Error if a property can't be, or `entry` can't be bundled or is too large for a ConfigMap */
  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    const chartNamespace = Chart.of(this).namespace;
    const settings = resolveSettings(props, id, chartNamespace);
    this.namespace = settings.namespace;
    if (!chartNamespace) restrictedNamespace(this, settings);
    accessControl(this, settings);
    if (props.writePolicy ?? true) writePolicy(this, settings);
    const mounted = props.entry && !props.image ? program(packedBundle(props.entry), programDirectory) : undefined;
    const rebuilt = props.programScope ? new Construct(props.programScope, id) : this;
    if (mounted) configMap(rebuilt, settings, mounted);
    this.deployment = add(rebuilt, 'deployment', deployment(settings, mounted));
    add(this, 'metrics', metricsService(settings));
    add(this, 'network-policy', networkPolicy(settings));
    if (settings.ha) {
      add(this, 'disruption-budget', disruptionBudget(settings));
    }
  }
}

function restrictedNamespace(scope: Construct, { namespace, labels }: Settings): void {
  const podSecurity = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const metadata = { name: namespace, labels: { ...labels, ...podSecurity } };
  add(scope, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata } as Namespace);
}

function configMap(scope: Construct, settings: Settings, { binaryData }: Program): void {
  const { namespace, labels } = settings;
  const metadata = { name: programName(settings), namespace, labels };
  add(scope, 'program', { apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData } as ConfigMap);
}
