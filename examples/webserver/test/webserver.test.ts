import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectOf } from 'cdk8s-reconciler';
import type { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { type WebServer, webServer } from '../webserver.js';

const sample: ObjectOf<typeof WebServer> = parse(readFileSync(join(__dirname, '../webserver.yaml'), 'utf8'));

it('renders the sample to a Deployment and a NodePort Service that selects its pods', () => {
  const [deployment, service] = webServer.render(sample) as [Deployment, Service];
  expect(deployment.metadata?.name).toBe('webserver-sample');
  expect(deployment.spec?.replicas).toBe(3);
  expect(deployment.spec?.template.spec?.containers[0]?.image).toBe('nginx:1.23.1');
  expect(service.metadata?.name).toBe('webserver-sample-service');
  expect(service.spec).toMatchObject({ type: 'NodePort', selector: deployment.spec?.template.metadata?.labels });
});

it('leaves the port to the API server unless the spec asks for one', () => {
  const nodePort = (spec: object) => {
    const [, service] = webServer.render({ ...sample, spec: { ...sample.spec, ...spec } }) as [Deployment, Service];
    return service.spec?.ports?.[0]?.nodePort;
  };
  expect(nodePort({})).toBeUndefined();
  expect(nodePort({ nodePort: 30123 })).toBe(30123);
});

it('reports how many pods are ready and where they are reached', () => {
  const children = {
    deployments: [{ status: { readyReplicas: 2 } }],
    services: [{ spec: { ports: [{ port: 80, nodePort: 30123 }] } }],
  } as unknown as Parameters<typeof webServer.decide>[1];
  expect(webServer.decide(sample, children, undefined).status?.([])).toEqual({ readyReplicas: 2, nodePort: 30123 });
});
