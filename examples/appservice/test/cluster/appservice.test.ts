import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Service } from 'kubernetes-types/core/v1.js';
import { expect } from 'vitest';
import { eventually, type Objects, testExample } from '../../../../test/cluster/example.js';
import { followReadme } from '../../../../test/cluster/example-readme.js';

const test = testExample('appservice');

/** The Service's ports, such as `80>80@30002`. */
async function ports(objects: Objects, name = 'nginx-app'): Promise<string[] | undefined> {
  const { spec } = await objects.get<Service>(`service/${name}`);
  return spec?.ports?.map(({ port, targetPort, nodePort }) => `${port}>${targetPort}@${nodePort}`);
}

const edit = (objects: Objects, spec: object) => objects.edit('appservice/nginx-app', { spec });

test('the sample becomes a Deployment and a NodePort Service with the port that it asks for', async ({
  sample,
  cluster,
}) => {
  await sample.ready('appservice/nginx-app');
  const { spec } = await sample.get<Deployment>('deployment/nginx-app');
  expect(spec?.replicas).toBe(2);
  expect(spec?.template.spec?.containers[0]).toMatchObject({ image: 'nginx:1.7.9', ports: [{ containerPort: 80 }] });
  expect((await sample.get<Service>('service/nginx-app')).spec?.type).toBe('NodePort');
  expect(await ports(sample)).toEqual(['80>80@30002']);
  const table = await cluster.kubectl(['get', 'appservices']);
  expect(table).toMatch(/nginx-app +2 +2 +80:30002 +nginx:1.7.9/);
});

test('size and image reach the pods', async ({ sample, cluster }) => {
  await cluster.kubectl(['scale', 'appservice/nginx-app', '--replicas=3']);
  await edit(sample, { image: 'nginx:1.25.0' });
  const images = async () => {
    const { status, spec } = await sample.get<Deployment>('deployment/nginx-app');
    return [spec?.template.spec?.containers[0]?.image, status?.updatedReplicas, status?.replicas];
  };
  await expect.poll(images, eventually).toEqual(['nginx:1.25.0', 3, 3]);
});

test('ports are added, moved and removed, and those that stay keep what they had', async ({ sample }) => {
  const before = (await sample.get<Service>('service/nginx-app')).metadata?.uid;
  await edit(sample, { ports: [{ port: 80, targetPort: 8080, nodePort: 30002 }, { port: 443 }] });
  await expect
    .poll(() => ports(sample), eventually)
    .toEqual(['80>8080@30002', expect.stringMatching(/^443>443@3\d{4}$/)]);
  const [, free] = (await ports(sample))!;
  // The node port moves from one port of the Service to another in one step.
  await edit(sample, { ports: [{ port: 8080, nodePort: 30002 }, { port: 443 }] });
  await expect.poll(() => ports(sample), eventually).toEqual(['8080>8080@30002', free]);
  await edit(sample, { ports: [{ port: 8080, nodePort: 30003 }] });
  await expect.poll(() => ports(sample), eventually).toEqual(['8080>8080@30003']);
  expect((await sample.get<Service>('service/nginx-app')).metadata?.uid).toBe(before);
});

test('a node port that another Service has is said in words, and taken once it is free', async ({ sample }) => {
  const other = { apiVersion: 'app.example.com/v1', kind: 'AppService', metadata: { name: 'other' } };
  await sample.apply({ ...other, spec: { image: 'nginx:1.7.9', ports: [{ port: 80, nodePort: 30003 }] } });
  const stalled = () => sample.condition('appservice/other', 'Stalled');
  await expect.poll(stalled, eventually).toMatch(/30003.*provided port is already allocated/);
  await edit(sample, { ports: [{ port: 80, nodePort: 30002 }] });
  await expect.poll(() => ports(sample), eventually).toEqual(['80>80@30002']);
  await sample.ready('appservice/other');
  expect(await ports(sample, 'other')).toEqual(['80>80@30003']);
});

test('a port that is there twice is refused at the door', async ({ sample }) => {
  await expect(edit(sample, { ports: [{ port: 80 }, { port: 80 }] })).rejects.toThrow('Duplicate value');
});

test('the README works as written', async ({ cluster }) => {
  await cluster.kubectl(['delete', 'appservice/nginx-app']);
  await followReadme(cluster, 'appservice');
});

test('the operator was never refused anything', ({ operator }) => {
  expect(operator.refused).toEqual([]);
});
