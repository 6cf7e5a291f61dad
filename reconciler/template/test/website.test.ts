import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { Yaml } from 'cdk8s';
import type { ObjectOf } from 'cdk8s-reconciler';
import type { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { type Website, website } from '../website.js';

const sample: ObjectOf<typeof Website> = Yaml.load(join(__dirname, '../website.yaml'))[0];

test('the sample becomes a Deployment, and a Service that selects its pods', () => {
  const [deployment, service] = website.render(sample) as [Deployment, Service];
  assert.equal(deployment.spec?.replicas, 2);
  assert.deepEqual(service.spec?.selector, deployment.spec?.template.metadata?.labels);
});

test('the status tells how many pods are ready', () => {
  const status = (...deployments: Deployment[]) => {
    const children = { deployments, services: [] } as unknown as Parameters<typeof website.decide>[1];
    return website.decide(sample, children, undefined).status?.([]);
  };
  assert.deepEqual(status(), { readyReplicas: 0 });
  assert.deepEqual(status({ status: { readyReplicas: 2 } }), { readyReplicas: 2 });
});
