import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectOf } from 'cdk8s-reconciler';
import type { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { type AppService, appService } from '../appservice.js';

const sample: ObjectOf<typeof AppService> = parse(readFileSync(join(__dirname, '../appservice.yaml'), 'utf8'));

it('two ports of the Service that lead to one of the container open it once', () => {
  const ports = [{ port: 80, targetPort: 8080 }, { port: 8080 }];
  const [deployment, service] = appService.render({ ...sample, spec: { ...sample.spec, ports } }) as [
    Deployment,
    Service,
  ];
  expect(deployment.spec?.template.spec?.containers[0]?.ports).toEqual([{ containerPort: 8080 }]);
  expect(service.spec?.ports).toEqual([
    { name: 'port-80', port: 80, targetPort: 8080 },
    { name: 'port-8080', port: 8080, targetPort: 8080 },
  ]);
});
