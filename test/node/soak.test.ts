import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { expect, test } from 'vitest';
import { runs } from '../cluster/processes.js';
import { removeAbandoned } from '../cluster/run-directory.js';
import { traces } from '../cluster/traces.js';
import { service, shell, smallServer, statefulSet } from './manifests.js';
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

test('the next run cleans up after one with nodes that was killed', async () => {
  const program = join(__dirname, '..', 'cluster', 'abandon.ts');
  const child = spawn(process.execPath, ['--import', createRequire(__filename).resolve('tsx'), program, '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { directory, id, processes } = JSON.parse(line);
  expect(processes.every(runs)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  removeAbandoned();
  expect(processes.filter(runs)).toEqual([]);
  expect(traces().filter((trace) => trace.includes(`${directory}/`) || trace.includes(id))).toEqual([]);
  await (await NodeCluster.start(1)).stop();
});

/** Takes minutes on a busy machine. */
if (process.env.SOAK === 'true') {
  test('real Nacos 2.3.2, three members with the embedded database, form a cluster from a member list in a folder', async () => {
    const cluster = await NodeCluster.start(3);
    const members = [0, 1, 2].map((ordinal) => `member-${ordinal}.member.default.svc.cluster.local`);
    // Like the official image, by default: as root, with a root that can be written.
    const spec: PodSpec = {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: 'nacos/nacos-server:v2.3.2',
          command: ['sh', '-c', 'NACOS_SERVERS=$(cat /members/list) exec bin/docker-startup.sh'],
          env: [
            ...smallServer,
            { name: 'EMBEDDED_STORAGE', value: 'embedded' },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'NACOS_SERVER_IP', value: '$(POD).member.default.svc.cluster.local' },
          ],
          resources: { requests: { cpu: '100m', memory: '512Mi' } },
          volumeMounts: [
            { name: 'members', mountPath: '/members' },
            { name: 'data', mountPath: '/home/nacos/data' },
          ],
          readinessProbe: { httpGet: { path: '/nacos/v1/console/health/readiness', port: 8848 }, periodSeconds: 1 },
        },
      ],
      volumes: [{ name: 'members', configMap: { name: 'members' } }],
    };
    await cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'members' },
        data: { list: members.map((name) => `${name}:8848`).join('\n') },
      },
      service('member', 8848, { clusterIP: 'None', publishNotReadyAddresses: true }),
      statefulSet('member', 3, spec),
    );
    for (const ordinal of [0, 1, 2]) await cluster.podReady(`member-${ordinal}`, 240);

    const ask = (ordinal: number, path: string, options = '') =>
      cluster.run(`member-${ordinal}`, `curl -s ${options} 'http://${members[ordinal]}:8848/nacos/${path}'`);
    const states = async () =>
      JSON.parse(await ask(0, 'v1/core/cluster/nodes')).data.map(({ ip, state }: { ip: string; state: string }) => [
        ip,
        state,
      ]);
    await expect.poll(states, { timeout: 30_000 }).toEqual(members.map((name) => [name, 'UP']));
    const key = 'dataId=greeting&group=DEFAULT_GROUP';
    expect(await ask(0, 'v1/cs/configs', `--data '${key}&content=hello'`)).toBe('true');
    await expect.poll(() => ask(2, `v1/cs/configs?${key}`), { timeout: 20_000 }).toBe('hello');
    await cluster.stop();
  });
}

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
