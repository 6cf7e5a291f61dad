import { ApiObject, Chart } from 'cdk8s';
import { ConfigMap, k8s, Namespace } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { packedBundle } from './bundle.js';
import { deployment, programDirectory, programName } from './deployment.js';
import { disruptionBudget, metricsService, networkPolicy } from './network.js';
import { type Program, program } from './program.js';
import type { OperatorProps } from './props.js';
import { accessControl } from './rbac.js';
import { resolveSettings, type Settings } from './settings.js';

/**
 * Everything that runs controllers in a cluster, except their CustomResourceDefinitions: ServiceAccount and roles with exactly the
 * permissions that the controllers use, Deployment, Service for metrics, NetworkPolicy, PodDisruptionBudget.
 * It lives in the namespace of its chart; in a chart without one it brings a Namespace of its own name.
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
    const mounted = props.entry && !props.image ? program(packedBundle(props.entry), programDirectory) : undefined;
    if (mounted) configMap(this, settings, mounted);
    this.deployment = this.add('deployment', k8s.KubeDeployment.manifest(deployment(settings, mounted)));
    this.add('metrics', k8s.KubeService.manifest(metricsService(settings)));
    this.add('network-policy', k8s.KubeNetworkPolicy.manifest(networkPolicy(settings)));
    if (settings.ha) {
      this.add('disruption-budget', k8s.KubePodDisruptionBudget.manifest(disruptionBudget(settings)));
    }
  }

  /** As an untyped object: patches of the typed ones lose what 1.28 did not know. */
  private add(id: string, manifest: ConstructorParameters<typeof ApiObject>[2]): ApiObject {
    return new ApiObject(this, id, manifest);
  }
}

function restrictedNamespace(scope: Construct, { namespace, labels }: Settings): void {
  const podSecurity = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  new Namespace(scope, 'namespace', { metadata: { name: namespace, labels: { ...labels, ...podSecurity } } });
}

function configMap(scope: Construct, settings: Settings, { binaryData }: Program): void {
  const { namespace, labels } = settings;
  new ConfigMap(scope, 'program', { metadata: { name: programName(settings), namespace, labels }, binaryData });
}
