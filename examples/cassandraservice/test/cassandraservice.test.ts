import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectOf } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CassandraService, cassandraService } from '../cassandraservice.js';

const sample: ObjectOf<typeof CassandraService> = parse(
  readFileSync(join(__dirname, '../cassandraservice.yaml'), 'utf8'),
);

const container = (spec: object) => {
  const [, set] = cassandraService.render({ ...sample, spec: { ...sample.spec, ...spec } }) as [unknown, StatefulSet];
  return set.spec?.template.spec?.containers[0];
};

it('a port without a name is named by its number, unless it has a name elsewhere', () => {
  const ports = [{ port: 9042 }, { containerPort: 7000 }, { containerPort: 9042, name: 'cql' }];
  expect(container({ ports })?.ports).toEqual([
    { name: 'cql', containerPort: 9042 },
    { name: 'port-7000', containerPort: 7000 },
  ]);
});

it('a member is ready when clients reach it, where a port is called cql', () => {
  expect(container({})?.readinessProbe).toEqual({ tcpSocket: { port: 'cql' } });
  expect(container({ ports: [{ port: 7000 }] })?.readinessProbe).toBeUndefined();
});

it('of a variable that is in env and in envs the latter counts, in the place of the former', () => {
  const [env, envs] = [
    [{ name: 'A', value: 'old' }, { name: 'B' }],
    [{ name: 'A', value: 'new' }, { name: 'C' }],
  ];
  expect(container({ env, envs })?.env).toEqual([{ name: 'A', value: 'new' }, { name: 'B' }, { name: 'C' }]);
});
