import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { testOnNodes } from './fixture.js';
import { pod, restricted, service, shell, statefulSet } from './manifests.js';

const test = testOnNodes(3);

const names = ['web-0', 'web-1', 'web-2'];

/** Each pod serves its own name, which it writes to its volume the first time it runs there. */
const web = restricted(
  {
    image: 'busybox:1.36',
    command: ['sh', '-c', 'test -f /data/name || hostname >/data/name; echo serving; exec httpd -f -p 8080 -h /data'],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    readinessProbe: { httpGet: { path: '/name', port: 8080 }, periodSeconds: 1 },
  },
  {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
        ],
      },
    },
  },
);

test.beforeAll(async ({ cluster }) => {
  await cluster.apply(
    service('web', 8080, { clusterIP: 'None', publishNotReadyAddresses: true }),
    service('web-client', 80, { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }),
    statefulSet('web', names.length, web),
    shell('shell'),
  );
  for (const name of [...names, 'shell']) await cluster.podReady(name, 60);
});

test('the pods of a StatefulSet reach each other by their headless names, each on a node of its own', async ({
  cluster,
}) => {
  for (const from of names) {
    for (const to of names) {
      expect(await cluster.run(from, `wget -qO- http://${to}.web:8080/name`)).toBe(`${to}\n`);
      expect(await cluster.run(from, `wget -qO- http://${to}.web.default.svc.cluster.local:8080/name`)).toBe(`${to}\n`);
    }
  }
  const nodes = await cluster.kubectl(['get', 'pods', ...names, '--output=jsonpath={.items[*].spec.nodeName}']);
  expect(nodes.split(' ').sort()).toEqual(['node-1', 'node-2', 'node-3']);
});

test('a Service address leads to one of its pods, from a pod and from the tests', async ({ cluster }) => {
  expect(names).toContain((await cluster.run('shell', 'wget -qO- http://web-client/name')).trim());
  const address = await cluster.kubectl(['get', 'service', 'web-client', '--output=jsonpath={.spec.clusterIP}']);
  const answer = await fetch(`http://${address}/name`);
  expect(names).toContain((await answer.text()).trim());
});

test('a Node.js pod asks the API server, by its name and with the account that every pod has', async ({ cluster }) => {
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  const program = `
    const authorization = 'Bearer ' + process.getBuiltinModule('node:fs').readFileSync('${account}/token', 'utf8');
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
    const url = 'https://kubernetes.default.svc/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const answer = await fetch(url, { method: 'POST', body, headers: { authorization, 'content-type': 'application/json' } });
    console.log(process.version, (await answer.json()).status.userInfo.username);`;
  await cluster.apply(
    pod(
      'node',
      restricted(
        {
          image: 'node:24.21.0-slim',
          args: ['--input-type=module', '--eval', program],
          env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${account}/ca.crt` }],
        },
        { restartPolicy: 'Never' },
      ),
    ),
  );
  await cluster.kubectl(['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/node', '--timeout=30s']);
  expect(await cluster.kubectl(['logs', 'node'])).toBe('v24.21.0 system:serviceaccount:default:default\n');
});

test('names that are not of the cluster do not exist', async ({ cluster }) => {
  await expect(cluster.run('shell', 'nslookup example.com 2>&1')).rejects.toThrow('NXDOMAIN');
  await expect(cluster.run('shell', 'nslookup web-9.web.default.svc.cluster.local 2>&1')).rejects.toThrow('NXDOMAIN');
});

test('a volume keeps its data when the pod of a user other than root is replaced', async ({ cluster }) => {
  await cluster.run('web-1', 'echo kept >/data/name');
  const before = await cluster.kubectl(['get', 'pod', 'web-1', '--output=jsonpath={.metadata.uid}']);
  await cluster.kubectl(['delete', 'pod', 'web-1']);
  await cluster.podReady('web-1', 60);
  expect(await cluster.kubectl(['get', 'pod', 'web-1', '--output=jsonpath={.metadata.uid}'])).not.toBe(before);
  expect(await cluster.run('web-1', 'cat /data/name; id -u')).toBe('kept\n1000\n');
});

test('a volume belongs to root until a fsGroup gives it away, grows, and goes with its claim', async ({ cluster }) => {
  const claim = (storage: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'disk' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });
  const disk = { volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }] };
  const mounted = {
    image: 'busybox:1.36',
    command: ['sleep', '3600'],
    volumeMounts: [{ name: 'disk', mountPath: '/disk' }],
  };
  const withoutGroup = { securityContext: { runAsNonRoot: true, runAsUser: 1000 } };
  await cluster.apply(claim('1Mi'), pod('without-group', restricted(mounted, { ...disk, ...withoutGroup })));
  await cluster.podReady('without-group', 30);
  await expect(cluster.run('without-group', 'touch /disk/file')).rejects.toThrow('Permission denied');
  await cluster.kubectl(['delete', 'pod', 'without-group']);
  await cluster.apply(pod('with-group', restricted(mounted, disk)));
  await cluster.podReady('with-group', 30);
  await cluster.run('with-group', 'touch /disk/file');

  await cluster.apply(claim('2Mi'));
  await cluster.kubectl(['wait', '--for=jsonpath={.status.capacity.storage}=2Mi', 'pvc/disk', '--timeout=30s']);
  const volume = await cluster.kubectl(['get', 'pvc', 'disk', '--output=jsonpath={.spec.volumeName}']);
  const folder = await cluster.kubectl(['get', 'pv', volume, '--output=jsonpath={.spec.local.path}']);
  expect(existsSync(join(folder, 'file'))).toBe(true);
  await cluster.kubectl(['delete', 'pod/with-group', 'pvc/disk']);
  await cluster.kubectl(['wait', '--for=delete', `pv/${volume}`, '--timeout=30s']);
  expect(existsSync(folder)).toBe(false);
});

test('an image that was not built cannot be pulled', async ({ cluster }) => {
  await cluster.apply(pod('nowhere', restricted({ image: 'example.com/nowhere:1' })));
  const reason = '--output=jsonpath={.status.containerStatuses[0].state.waiting.reason}';
  await expect
    .poll(() => cluster.kubectl(['get', 'pod', 'nowhere', reason]), { timeout: 30_000 })
    .toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
});

test('logs and exec reach the container', async ({ cluster }) => {
  expect(await cluster.kubectl(['logs', 'web-0'])).toBe('serving\n');
  expect(await cluster.kubectl(['exec', 'web-0', '--', 'hostname'])).toBe('web-0\n');
  await expect(cluster.run('web-0', 'exit 3')).rejects.toThrow('exit code 3');
});

test('port-forward leads to the pod', async ({ cluster }) => {
  const { kubectl, kubeconfig } = cluster.controlPlane;
  const forward = spawn(kubectl, ['port-forward', 'web-2', ':8080'], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: forward.stdout }), 'line');
  const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
  expect(await (await fetch(`http://127.0.0.1:${port}/name`)).text()).toBe('web-2\n');
  forward.kill();
});
