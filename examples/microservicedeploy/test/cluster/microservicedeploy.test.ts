import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { ConfigMap, Pod, ResourceQuota, Service } from 'kubernetes-types/core/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { eventually, type Objects, testExample } from '../../../../test/cluster/example.js';
import { followReadme } from '../../../../test/cluster/example-readme.js';

const test = testExample('microservicedeploy');
const name = 'ms-sample-v1s0';
const object = `microservicedeploy/${name}`;
const manifest = parse(readFileSync(join(__dirname, '../../microservicedeploy.yaml'), 'utf8'));

async function ready(objects: Objects, of = name): Promise<(number | undefined)[]> {
  const { status = {}, spec } = await objects.get<Deployment>(`deployment/${of}`);
  return [spec?.replicas, status.replicas ?? 0, status.updatedReplicas ?? 0, status.readyReplicas ?? 0];
}

async function quota(objects: Objects, of = name) {
  return (await objects.get<ResourceQuota>(`resourcequota/${of}`)).spec?.hard;
}

test('the sample becomes everything that a microservice needs', async ({ sample, cluster }) => {
  await expect.poll(() => ready(sample), eventually).toEqual([3, 3, 3, 3]);
  await sample.ready(object);
  const deployment = await sample.get<Deployment>(`deployment/${name}`);
  const [main, proxy] = deployment.spec?.template.spec?.containers ?? [];
  expect(main).toMatchObject({ image: 'nginx:1.23.1', resources: { limits: { cpu: '2', memory: '4Gi' } } });
  expect(proxy?.name).toBe('proxy');
  expect(deployment.spec?.template.spec?.serviceAccountName).toBe(name);
  await sample.get(`serviceaccount/${name}`);
  expect((await sample.get<ConfigMap>(`configmap/${name}`)).data).toEqual({ config: 'password=88888888' });
  const autoscaler = await sample.get<HorizontalPodAutoscaler>(`hpa/${name}`);
  expect(autoscaler.spec).toMatchObject({
    minReplicas: 3,
    maxReplicas: 6,
    scaleTargetRef: { kind: 'Deployment', name },
  });
  const table = () => cluster.kubectl(['get', 'microservicedeploys']);
  await expect.poll(table, eventually).toMatch(/ms-sample-v1s0 +1\.0 +3 +false +ms-sample-v1s0\.v1\.internal/);
});

test('its host name has its major version, and leads to the proxy', async ({ sample }) => {
  const { spec } = await sample.get<Ingress>(`ingress/${name}`);
  expect(spec?.rules?.map(({ host }) => host)).toEqual(['ms-sample-v1s0.v1.internal']);
  expect(spec?.rules?.[0]?.http?.paths[0]?.backend.service?.name).toBe(name);
  expect((await sample.get<Service>(`service/${name}`)).spec?.ports).toMatchObject([{ port: 80, targetPort: 8080 }]);
});

test('the replicas are the autoscaler’s: what it sets stays, whatever else changes', async ({ sample, cluster }) => {
  await cluster.kubectl(['scale', `deployment/${name}`, '--replicas=6']);
  await expect.poll(() => ready(sample), eventually).toEqual([6, 6, 6, 6]);
  await sample.edit(object, { spec: { config: 'password=77777777' } });
  const config = async () => (await sample.get<ConfigMap>(`configmap/${name}`)).data?.config;
  await expect.poll(config, eventually).toBe('password=77777777');
  expect((await ready(sample))[0]).toBe(6);
});

test('at full size an image is rolled out within the quota, the proxy included', async ({ sample }) => {
  // 6 replicas and 2 more while they are replaced, of 2 CPUs and a proxy's 10m each.
  expect(await quota(sample)).toMatchObject({ 'requests.cpu': '16080m', 'requests.memory': '32896Mi' });
  await sample.edit(object, { spec: { image: 'nginx:1.25.0' } });
  const images = async () => {
    const pods = await sample.list<Pod>('pods', `--selector=app=${name}`);
    const running = pods.filter(({ metadata }) => !metadata?.deletionTimestamp);
    return running.map(({ spec }) => spec?.containers[0]?.image);
  };
  await expect.poll(images, eventually).toEqual(Array(6).fill('nginx:1.25.0'));
  await expect.poll(() => ready(sample), eventually).toEqual([6, 6, 6, 6]);
});

test('a second instance in the namespace runs too: every quota has room for both', async ({ sample }) => {
  const second = { ...manifest.spec, fullName: 'ms-sample-v1s1', autoscaling: false, needAuth: false };
  await sample.apply({ ...manifest, metadata: { name: 'ms-sample-v1s1' }, spec: second });
  await expect.poll(() => ready(sample, 'ms-sample-v1s1'), eventually).toEqual([3, 3, 3, 3]);
  await sample.ready('microservicedeploy/ms-sample-v1s1');
  // 4 pods of 2 CPUs more.
  await expect.poll(async () => (await quota(sample))?.['requests.cpu'], eventually).toBe('24080m');
  expect(await quota(sample, 'ms-sample-v1s1')).toEqual(await quota(sample));
  expect(await ready(sample)).toEqual([6, 6, 6, 6]);
  await sample.delete('microservicedeploy/ms-sample-v1s1');
  await expect.poll(async () => (await quota(sample))?.['requests.cpu'], eventually).toBe('16080m');
});

test('at rest nothing runs and nothing scales it up; afterwards the autoscaler has it again', async ({ sample }) => {
  await sample.edit(object, { spec: { idle: true } });
  await expect.poll(() => ready(sample), eventually).toEqual([0, 0, 0, 0]);
  await expect.poll(() => sample.find(`hpa/${name}`), eventually).toBeUndefined();
  await sample.ready(object);
  await sample.edit(object, { spec: { idle: false } });
  await expect.poll(() => ready(sample), eventually).toEqual([3, 3, 3, 3]);
});

test('without needAuth the proxy and its rules go', async ({ sample }) => {
  await sample.edit(object, { spec: { needAuth: false } });
  await expect.poll(() => sample.find(`networkpolicy/${name}-proxy`), eventually).toBeUndefined();
  const { spec } = await sample.get<Deployment>(`deployment/${name}`);
  expect(spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['main']);
  expect((await sample.get<Service>(`service/${name}`)).spec?.ports).toMatchObject([{ targetPort: 80 }]);
});

test('the README works as written', async ({ cluster }) => {
  await cluster.kubectl(['delete', 'microservicedeploy/ms-sample-v1s0']);
  await followReadme(cluster, 'microservicedeploy', { htpasswd: "echo 'acme:{PLAIN}rockets' > htpasswd" });
});

test('the operator was never refused anything', ({ operator }) => {
  expect(operator.refused).toEqual([]);
});
