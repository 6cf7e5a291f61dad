import type { Chart } from 'cdk8s';
import { ConfigMap, type Deployment, ImagePullPolicy, Probe, Secret, Volume } from 'cdk8s-plus-28';
import { manifest, NetworkPolicy } from 'cdk8s-reconciler';
import { proxy, resources } from './resources.js';
import type { Spec } from './spec.js';

export const proxyPort = 8080;

/** Puts a proxy that asks for a password in front of the container. */
export function authProxy(chart: Chart, deployment: Deployment, spec: Spec): void {
  const metadata = { name: `${spec.fullName}-proxy` };
  const config = new ConfigMap(chart, 'proxy-config', { metadata, data: { 'nginx.conf': nginx(spec) } });
  const tenants = Secret.fromSecretName(chart, 'tenants', spec.tenants);
  deployment.addContainer({
    name: 'proxy',
    image: spec.proxyImage,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    command: ['nginx', '-e', 'stderr', '-c', '/proxy/nginx.conf'],
    portNumber: proxyPort,
    readiness: Probe.fromTcpSocket({ port: proxyPort }),
    resources: resources(proxy),
    securityContext: { user: 101, group: 101 },
    volumeMounts: [
      { path: '/proxy', volume: Volume.fromConfigMap(chart, 'proxy-volume', config) },
      { path: '/tenants', volume: Volume.fromSecret(chart, 'tenants-volume', tenants) },
      { path: '/tmp', volume: Volume.fromEmptyDir(chart, 'tmp-volume', 'tmp') },
    ],
  });
}

/** Nobody gets around the proxy, where the cluster's network knows such policies. */
export function door({ fullName }: Spec): NetworkPolicy {
  return manifest(NetworkPolicy, `${fullName}-proxy`, {
    spec: {
      podSelector: { matchLabels: { app: fullName } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: proxyPort }] }],
    },
  });
}

/** The file with the passwords is read at each request, so tenants come and go without a restart. */
function nginx({ fullName, port }: Spec): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
pid /tmp/nginx.pid;
events {}
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path /tmp/${name};\n`).join('')}  server {
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
