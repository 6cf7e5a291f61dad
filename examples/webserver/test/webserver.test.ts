import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment, ObjectOf, Service } from 'cdk8s-reconciler';
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

it('leaves the choice of the port to the API server at first, and sticks to it from then on', () => {
  const nodePort = (status?: object) => {
    const [, service] = webServer.render({ ...sample, status }) as [Deployment, Service];
    return service.spec?.ports?.[0]?.nodePort;
  };
  expect(nodePort()).toBeUndefined();
  expect(nodePort({ nodePort: 30123 })).toBe(30123);
});

it('remembers the port while there is no Service', () => {
  const server = { ...sample, status: { nodePort: 30123 } };
  expect(webServer.status?.(server, { deployments: [], services: [] }, undefined)).toEqual({
    readyReplicas: 0,
    nodePort: 30123,
  });
});
