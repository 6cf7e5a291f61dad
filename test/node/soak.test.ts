import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { traces } from '../cluster/traces.js';
import { shell } from './manifests.js';
import { NodeCluster } from './node-cluster.js';

/** All of them with `npm run soak`. */
const rounds = process.env.SOAK === 'true' ? 50 : 1;

test(`${rounds} starts and stops of nodes with running pods leave nothing behind`, {
  timeout: rounds * 120_000,
}, async () => {
  const before = machine();
  for (let round = 0; round < rounds; round++) {
    const cluster = await NodeCluster.start(2);
    const { id, directory } = cluster.controlPlane;
    const own = () => traces().filter((trace) => trace.includes(`${directory}/`) || trace.includes(id));
    await cluster.apply(shell('one'), shell('two'));
    for (const pod of ['one', 'two']) await cluster.podReady(pod, 60);
    const containers = own().flatMap((trace) =>
      trace.startsWith('cgroup ') ? processesIn(trace.slice('cgroup '.length)) : [],
    );
    expect(containers).not.toEqual([]);
    await cluster.stop();
    expect(own()).toEqual([]);
    expect(containers.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  }
  expect(machine()).toEqual(before);
});

/** Fixed paths that programs of a node would write to, if they were let, and the network devices of the tests. */
function machine(): object {
  const paths = [
    '/run/containerd',
    '/run/xtables.lock',
    '/var/lib/cni',
    '/var/lib/kubelet',
    '/var/log/containers',
    '/var/log/pods',
  ];
  const list = (path: string) => (statSync(path).isDirectory() ? readdirSync(path) : []);
  return {
    paths: paths.filter((path) => existsSync(path)).map((path) => [path, list(path)]),
    interfaces: readFileSync('/proc/self/net/dev', 'utf8').match(/\S+(?=:)/g),
  };
}

function processesIn(cgroup: string): string[] {
  return readFileSync(`${cgroup}/cgroup.procs`, 'utf8').split('\n').filter(Boolean);
}
