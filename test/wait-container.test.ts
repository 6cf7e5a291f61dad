import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import { ImageRegistry, ManagedBy, NacosCluster, NacosStandalone } from '../lib/index.js';
import { type KubernetesObject, podTemplateOf } from './kubernetes-object.js';
import { podSecurityViolations } from './pod-security.js';

/** The pod of an application that waits. */
function podOf(props: object, image?: string): PodSpec {
  const app = new App();
  ImageRegistry.use(app, 'harbor.cloud.io');
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const nacos = new NacosStandalone(chart, 'x', props);
  new Deployment(chart, 'cart', { containers: [{ image: 'cart' }], initContainers: [nacos.waitContainer({ image })] });
  const deployment = (chart.toJson() as KubernetesObject[]).find(({ kind }) => kind === 'Deployment');
  return podTemplateOf(deployment!)!.spec as PodSpec;
}

describe('the container that waits for a Nacos', () => {
  it('keeps the Pod Security Standard, has quotas, and an image that the servers have anyway', () => {
    const [container] = podOf({}).initContainers!;
    expect(podSecurityViolations([container!], {} as PodSpec)).toEqual([]);
    expect(container).toMatchObject({ name: 'wait-for-x', image: 'harbor.cloud.io/nacos/nacos-server:v3.0.3' });
    expect(container!.resources).toMatchObject({ limits: { cpu: '100m', memory: '64Mi' } });
  });

  it('may have another image, from the registry of the app', () => {
    expect(podOf({}, 'curlimages/curl:8').initContainers![0]!.image).toBe('harbor.cloud.io/curlimages/curl:8');
  });

  it.each([
    [{ version: '2.3.2' }, 'http://x.shop:8848/nacos/v1/console/server/state'],
    [{ version: '3.0.3' }, 'http://x.shop:8848/nacos/v3/admin/core/state'],
    [{ version: '3.0.3', env: { SERVER_SERVLET_CONTEXTPATH: '/' } }, 'http://x.shop:8848/v3/admin/core/state'],
  ])('asks the Service for clients: %j', (props, url) => {
    expect(podOf(props).initContainers![0]!.command!.at(-1)).toBe(url);
  });

  it('ends when the Service answers, and not before', { timeout: 60_000 }, async () => {
    const [, , script] = podOf({}).initContainers![0]!.command!;
    let status = 503;
    const asked: string[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url ?? '');
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const waiting = spawn('sh', ['-c', script!, `http://127.0.0.1:${port}/ready`]);
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(waiting.exitCode).toBeNull();
    status = 200;
    expect((await once(waiting, 'exit'))[0]).toBe(0);
    server.close();
  });
});

describe('initial data', () => {
  const chart = () => new Chart(new App(), 'shop', { namespace: 'shop' });

  it('is written in the words of the resource', () => {
    const scope = chart();
    const configurations = [
      { dataId: 'a.yaml', content: 'a: 1' },
      { dataId: 'b', secret: { name: 's', key: 'k' }, overwrite: true },
    ];
    new NacosCluster(scope, 'x', { initialData: { overwrite: false, namespaces: [{ id: 'dev' }], configurations } });
    expect(scope.toJson()[0].spec.initialData).toEqual({
      policy: 'KeepChanges',
      namespaces: [{ id: 'dev' }],
      configurations: [
        { dataId: 'a.yaml', content: 'a: 1' },
        { dataId: 'b', contentFrom: { secretKeyRef: { name: 's', key: 'k' } }, policy: 'Overwrite' },
      ],
    });
  });

  it('that is wrong is an error that names the prop, without showing a content', () => {
    const initialData = { configurations: [{ dataId: 'a', content: 'hidden', configMap: { name: 'm', key: 'k' } }] };
    const create = () => new NacosCluster(chart(), 'x', { initialData });
    expect(create).toThrow('initialData.configurations.0.content: give either content or contentFrom');
    expect(create).not.toThrow('hidden');
    expect(() => new NacosCluster(chart(), 'x', { initialData: { namespaces: [{ id: 'a b' }] } })).toThrow(
      'initialData.namespaces.0.id: "a b": has another form than is expected',
    );
  });

  it('is an error where there is no operator', () => {
    const props = {
      managedBy: ManagedBy.GITOPS,
      authentication: { enabled: false },
      version: '2.3.2',
      initialData: { namespaces: [{ id: 'dev' }] },
    };
    expect(() => new NacosCluster(chart(), 'x', props)).toThrow('initialData: needs the operator');
  });
});
