import type { EndpointSlice } from 'kubernetes-types/discovery/v1.js';
import { smallServer } from '../manifests.js';
import type { OperatedCluster } from './operated-cluster.js';

export const soon = { timeout: 180_000, interval: 500 };
export const long = { timeout: 600_000, interval: 500 };

export const nacos = (version: string, spec: object = {}) => ({
  image: `nacos/nacos-server:v${version}`,
  env: smallServer,
  resources: { requests: { cpu: '400m', memory: '512Mi' } },
  ...spec,
});

export const threeMembers = { type: 'cluster', replicas: 3 };

export const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
});

/** Keys of a user's own; the administrator's password is forgotten. */
export const keys = {
  token: Buffer.from('of a test, and of the 32 bytes that a token needs').toString('base64'),
  identityKey: 'own-identity',
  identityValue: 'own-identity-value',
};

/** Addresses that a Service leads to. */
export async function endpoints(operated: OperatedCluster, service: string): Promise<string[]> {
  const label = `kubernetes.io/service-name=${service}`;
  const { items } = JSON.parse(await operated.kubectl(['get', 'endpointslices', '-l', label, '-o', 'json'])) as {
    items: EndpointSlice[];
  };
  return items.flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ addresses }) => addresses);
}

/** Whether a server takes the user nacos with a password, asked in its own pod. */
export async function logsIn(operated: OperatedCluster, pod: string, password: string): Promise<boolean> {
  const form = new URLSearchParams({ username: 'nacos', password });
  // Where they refuse, the status line is none, and curl fails.
  const login = 'curl -s --data @- http://127.0.0.1:8848/nacos/v1/auth/users/login || true';
  return (await operated.kubectl(['exec', '-i', pod, '--', 'sh', '-c', login], String(form))).includes('accessToken');
}
