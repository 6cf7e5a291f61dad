import type { Api } from '../../cluster/api.js';
import { image } from './web-servers.js';

const inFlight = 4;

/**
 * Seconds that it takes to apply the children of so many WebServers over kept-alive connections, with no operator: the
 * limit.
 */
export async function rawLoop(api: Api, namespace: string, objects: number): Promise<number> {
  await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const names = Array.from({ length: objects }, (_, index) => `web-${index}`).values();
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const name of names) {
        for (const [path, child] of children(namespace, name)) {
          await api.patch(`${path}?fieldManager=bench&force=true`, child, 'apply');
        }
      }
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  for (const path of ['/apis/apps/v1', '/api/v1']) {
    await api.delete(`${path}/namespaces/${namespace}/${path === '/api/v1' ? 'services' : 'deployments'}`);
  }
  return seconds;
}

function children(namespace: string, name: string): [string, object][] {
  const labels = { app: name };
  const container = { name: 'web', image: image(0), ports: [{ containerPort: 80 }] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const deployment = { replicas: 2, selector: { matchLabels: labels }, template };
  const service = { type: 'NodePort', selector: labels, ports: [{ port: 80 }] };
  const object = (apiVersion: string, kind: string, child: string, spec: object) => {
    return { apiVersion, kind, metadata: { name: child, namespace }, spec };
  };
  return [
    [`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, object('apps/v1', 'Deployment', name, deployment)],
    [`/api/v1/namespaces/${namespace}/services/${name}-service`, object('v1', 'Service', `${name}-service`, service)],
  ];
}
