import type { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { containerResources } from 'cdk8s-reconciler/chart';
import type { NetworkPolicy, ResourceQuota } from 'cdk8s-reconciler/kinds';
import { authProxy, proxyPort, proxyResources } from './auth-proxy.js';
import type { MicroServiceDeploy } from './microservicedeploy.js';
import { type PodsInQuota, resourceQuota } from './quota.js';

export type Spec = MicroServiceDeploy['spec'];

/** @param all the instances of the namespace */
export function instance(
  chart: Chart,
  spec: Spec,
  all: readonly MicroServiceDeploy[],
): (ResourceQuota | NetworkPolicy)[] {
  const metadata = { name: spec.fullName };
  const labels = { app: spec.fullName };
  const config = new kplus.ConfigMap(chart, 'config', { metadata, data: { config: spec.config } });
  const deployment = new kplus.Deployment(chart, 'deployment', {
    metadata,
    podMetadata: { labels: { ...labels, microservice: spec.msName, version: spec.version } },
    select: false,
    // Without a number they are the autoscaler's.
    replicas: spec.idle ? 0 : spec.autoscaling ? undefined : spec.replicas,
    serviceAccount: new kplus.ServiceAccount(chart, 'account', { metadata }),
    // The image is the user's: it may need root and a file system to write to.
    securityContext: { ensureNonRoot: false },
  });
  deployment.select(kplus.LabelSelector.of({ labels }));
  deployment.addContainer({
    name: 'main',
    image: spec.image,
    imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
    portNumber: spec.port,
    // Ten minutes to start in: cdk8s-plus would give it half a minute.
    startup: kplus.Probe.fromTcpSocket({ port: spec.port, failureThreshold: 60 }),
    resources: containerResources(spec.resourceRequirements),
    securityContext: { ensureNonRoot: false, readOnlyRootFilesystem: false, allowPrivilegeEscalation: false },
    volumeMounts: [{ path: '/config', volume: kplus.Volume.fromConfigMap(chart, 'config-volume', config) }],
  });
  if (spec.autoscaling && !spec.idle) {
    new kplus.HorizontalPodAutoscaler(chart, 'autoscaler', {
      metadata,
      target: deployment,
      minReplicas: spec.replicas,
      maxReplicas: mostReplicas(spec),
      metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(80))],
    });
  }
  const ports = [{ port: 80, targetPort: spec.needAuth ? proxyPort : spec.port }];
  const service = new kplus.Service(chart, 'service', { metadata, selector: deployment, ports });
  const rules = [{ host: hostOf(spec), backend: kplus.IngressBackend.fromService(service) }];
  new kplus.Ingress(chart, 'ingress', { metadata, rules });
  const quota = resourceQuota(spec.fullName, all.map(mostPods));
  return spec.needAuth ? [quota, authProxy(chart, deployment, spec)] : [quota];
}

function mostReplicas({ replicas, autoscaling }: Spec): number {
  return autoscaling ? 2 * replicas : replicas;
}

/** A quarter more than replicas, while new ones replace old ones. */
function mostPods({ spec }: MicroServiceDeploy): PodsInQuota {
  const main = { resources: spec.resourceRequirements };
  const containers = spec.needAuth ? [main, { resources: proxyResources }] : [main];
  return { count: Math.ceil(mostReplicas(spec) * 1.25), containers };
}

export function hostOf({ fullName, path, domain }: Spec): string {
  return `${fullName}.${path}.${domain}`;
}
