import { join } from 'node:path';
import { isolated, nodeFacingAddress, nodePrefix, podRangeOf } from './network.js';

export const clusterDomain = 'cluster.local';
export const serviceRange = '10.96.0.0/16';
/** The address of Service `kubernetes`. */
const firstService = '10.96.0.1';

/** Names and addresses under which the API server is reached. */
export const apiServerNames = {
  dns: [
    'localhost',
    ...['kubernetes', 'default', 'svc', ...clusterDomain.split('.')].map((_, i, all) => all.slice(0, i + 1).join('.')),
  ],
  ip: ['127.0.0.1', nodeFacingAddress, firstService],
};

/** Sockets instead of ports: nothing to clash with. The data is thrown away, so it need not survive a power cut. */
export function etcd(directory: string): string[] {
  const clients = `unix://${directory}/etcd.sock`;
  const peers = `unix://${directory}/etcd-peer.sock`;
  return [
    `--data-dir=${directory}/etcd`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
  ];
}

export function apiServer(directory: string, port: number, audit: boolean, others: readonly string[] = []): string[] {
  const pki = (name: string) => join(directory, 'pki', name);
  return [
    `--etcd-servers=unix://${directory}/etcd.sock`,
    `--secure-port=${port}`,
    // A loopback address is refused as endpoint of Service `kubernetes`, so without a namespace it has none.
    ...(isolated()
      ? ['--bind-address=0.0.0.0', `--advertise-address=${nodeFacingAddress}`]
      : ['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', '--endpoint-reconciler-type=none']),
    `--tls-cert-file=${pki('server.crt')}`,
    `--tls-private-key-file=${pki('server.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    // Lets a namespace bind its pods to the nodes of one fake kubelet.
    '--enable-admission-plugins=PodNodeSelector',
    '--allow-privileged=true',
    `--service-cluster-ip-range=${serviceRange}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki('service-account.pub')}`,
    `--service-account-signing-key-file=${pki('service-account.key')}`,
    `--requestheader-client-ca-file=${pki('ca.crt')}`,
    '--requestheader-allowed-names=front-proxy',
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    `--kubelet-client-certificate=${pki('kubelet-client.crt')}`,
    `--kubelet-client-key=${pki('kubelet-client.key')}`,
    ...(audit
      ? [
          `--audit-policy-file=${directory}/audit-policy.yaml`,
          `--audit-log-path=${directory}/log/audit.log`,
          '--audit-log-maxsize=200',
          '--audit-log-maxbackup=1',
        ]
      : []),
    ...others,
  ];
}

export function controllerManager(directory: string, kubeconfig: string, slot: number): string[] {
  return [
    ...background(kubeconfig),
    '--controllers=*',
    '--use-service-account-credentials',
    // At the default of 20 its own service accounts cost 5 s at the start (measured).
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--pvclaimbinder-sync-period=1s',
    '--allocate-node-cidrs',
    `--cluster-cidr=${podRangeOf(slot)}`,
    `--node-cidr-mask-size=${nodePrefix}`,
    `--root-ca-file=${directory}/pki/ca.crt`,
    `--service-account-private-key-file=${directory}/pki/service-account.key`,
    `--cluster-signing-cert-file=${directory}/pki/ca.crt`,
    `--cluster-signing-key-file=${directory}/pki/ca.key`,
  ];
}

export function scheduler(kubeconfig: string): string[] {
  return [...background(kubeconfig), '--kube-api-qps=500', '--kube-api-burst=1000'];
}

/** Without a port of their own they need neither a certificate, which would be RSA, nor a free number. */
function background(kubeconfig: string): string[] {
  return [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
}

export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};
