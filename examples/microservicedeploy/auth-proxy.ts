import type { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { containerResources } from 'cdk8s-reconciler/chart';
import { NetworkPolicy } from 'cdk8s-reconciler/kinds';
import { manifest } from 'cdk8s-reconciler/kit';
import type { Spec } from './instance.js';

export const proxyPort = 8080;
export const proxyResources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '500m', memory: '64Mi' } };

/**
 * Puts nginx, which asks for a password, in front of the container. Where the cluster's network knows policies, no
 * client gets around it.
 */
export function authProxy(chart: Chart, deployment: kplus.Deployment, spec: Spec): NetworkPolicy {
  const metadata = { name: `${spec.fullName}-proxy` };
  const config = new kplus.ConfigMap(chart, 'proxy-config', { metadata, data: { 'nginx.conf': nginxConf(spec) } });
  const tenants = kplus.Secret.fromSecretName(chart, 'tenants', 'tenants');
  deployment.addContainer({
    name: 'proxy',
    image: spec.proxyImage,
    imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
    command: ['nginx', '-e', 'stderr', '-c', '/proxy/nginx.conf'],
    portNumber: proxyPort,
    readiness: kplus.Probe.fromTcpSocket({ port: proxyPort }),
    resources: containerResources(proxyResources),
    securityContext: { user: 101, group: 101 },
    volumeMounts: [
      { path: '/proxy', volume: kplus.Volume.fromConfigMap(chart, 'proxy-volume', config) },
      { path: '/tenants', volume: kplus.Volume.fromSecret(chart, 'tenants-volume', tenants) },
      { path: '/tmp', volume: kplus.Volume.fromEmptyDir(chart, 'tmp-volume', 'tmp') },
    ],
  });
  const podSelector = { matchLabels: { app: spec.fullName } };
  const ingress = [{ ports: [{ port: proxyPort }] }];
  return manifest(NetworkPolicy, metadata.name, { spec: { podSelector, policyTypes: ['Ingress'], ingress } });
}

/** The file with the passwords is read at each request, so tenants come and go without a restart. */
function nginxConf({ fullName, port }: Spec): string {
  return `daemon off;
pid /tmp/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi; uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  server {
    listen ${proxyPort};
    auth_basic "${fullName}";
    auth_basic_user_file /tenants/htpasswd;
    location / {
      proxy_pass http://127.0.0.1:${port};
      proxy_set_header Host $host;
      proxy_set_header Authorization "";
      proxy_set_header X-Tenant $remote_user;
    }
  }
}
`;
}
