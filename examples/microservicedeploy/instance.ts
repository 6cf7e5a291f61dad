import type { Chart } from 'cdk8s';
import {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  ImagePullPolicy,
  Ingress,
  IngressBackend,
  LabelSelector,
  Metric,
  MetricTarget,
  Probe,
  Service,
  ServiceAccount,
  Volume,
} from 'cdk8s-plus-28';
import { authProxy, proxyPort } from './auth-proxy.js';
import { mostReplicas, resources } from './resources.js';
import { hostOf, type Spec } from './spec.js';

/** The children of one instance that know of each other. */
export function instance(chart: Chart, spec: Spec): void {
  const metadata = { name: spec.fullName };
  const labels = { app: spec.fullName };
  // Without a number the Deployment's replicas are the autoscaler's.
  const replicas = spec.idle ? 0 : spec.autoscaling ? undefined : spec.replicas;
  const config = new ConfigMap(chart, 'config', { metadata, data: { config: spec.config } });
  const deployment = new Deployment(chart, 'deployment', {
    metadata,
    podMetadata: { labels: { ...labels, microservice: spec.msName, version: spec.version } },
    select: false,
    replicas,
    serviceAccount: new ServiceAccount(chart, 'account', { metadata }),
    securityContext: { ensureNonRoot: false },
    containers: [
      {
        name: 'main',
        image: spec.image,
        imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
        portNumber: spec.port,
        // Ten minutes to start in: cdk8s-plus would give it half a minute.
        startup: Probe.fromTcpSocket({ port: spec.port, failureThreshold: 60 }),
        resources: resources(spec.resourceRequirements),
        // The image is the user's: it may need root and a file system to write to.
        securityContext: { ensureNonRoot: false, readOnlyRootFilesystem: false, allowPrivilegeEscalation: false },
        volumeMounts: [{ path: '/config', volume: Volume.fromConfigMap(chart, 'config-volume', config) }],
      },
    ],
  });
  deployment.select(LabelSelector.of({ labels }));
  if (spec.needAuth) authProxy(chart, deployment, spec);
  const service = new Service(chart, 'service', {
    metadata,
    selector: deployment,
    ports: [{ port: 80, targetPort: spec.needAuth ? proxyPort : spec.port }],
  });
  new Ingress(chart, 'ingress', {
    metadata,
    rules: [{ host: hostOf(spec), backend: IngressBackend.fromService(service) }],
  });
  if (spec.autoscaling && !spec.idle) {
    new HorizontalPodAutoscaler(chart, 'autoscaler', {
      metadata,
      target: deployment,
      minReplicas: spec.replicas,
      maxReplicas: mostReplicas(spec),
      metrics: [Metric.resourceCpu(MetricTarget.averageUtilization(80))],
    });
  }
}
