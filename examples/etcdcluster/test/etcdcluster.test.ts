import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigMap, StatefulSet } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { EtcdCluster } from '../etcdcluster.js';
import { etcdCluster } from '../etcdcluster.js';

const parsed = parse(readFileSync(join(__dirname, '../etcdcluster.yaml'), 'utf8'));
const sample = (status?: EtcdCluster['status']): EtcdCluster => ({
  ...parsed,
  metadata: { ...parsed.metadata, namespace: 'shop' },
  spec: { repository: 'quay.io/coreos/etcd', ...parsed.spec },
  status,
});

const rendered = (status?: EtcdCluster['status']) => {
  const [bootstrap, , , , set] = etcdCluster.render(sample(status));
  return { replicas: (set as StatefulSet).spec?.replicas, ...(bootstrap as ConfigMap).data };
};
const url = (i: number) => `example-${i}=http://example-${i}.example.shop.svc:2380`;

it.each([
  ['at first one pod, of a new cluster', undefined, 1, url(0), 'new'],
  ['as many pods as members', { members: ['example-0', 'example-1'] }, 2, '', 'existing'],
  [
    'the list of members for the one that joins',
    { members: ['example-0', 'example-1'], joining: 'example-1' },
    2,
    `${url(0)},${url(1)}`,
    'existing',
  ],
  ['no pod less where a number is missing', { members: ['example-0', 'example-2'] }, 3, '', 'existing'],
])('renders %s', (_, status, replicas, list, state) => {
  expect(rendered(status)).toEqual({ replicas, ETCD_INITIAL_CLUSTER: list, ETCD_INITIAL_CLUSTER_STATE: state });
});

it('the README names the versions that nodes of the test cluster have', () => {
  const tools = join(__dirname, '../../../test/cluster/tools');
  const pinned = ['etcd-3.6', 'etcd'].map((tool) => {
    const module = readFileSync(join(tools, tool, 'go.mod'), 'utf8');
    return /server\/v3 v(\S+)/.exec(module)?.[1];
  });
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  const named = new Set(readme.match(/\b3\.[67]\.\d+\b/g));
  expect([...named].sort()).toEqual(pinned);
});
