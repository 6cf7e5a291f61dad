import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import type { ClusterRole } from 'kubernetes-types/rbac/v1.js';
import { expect, inject } from 'vitest';
import { parse } from 'yaml';
import { programFile, synth } from '../synth.js';
import { runCommand } from './command-line.js';
import { testAlone as test } from './fixture.js';
import { eventually } from './operator.js';

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly message: string;
}

function look(kubeconfig: string) {
  const { status, stdout } = runCommand(kubeconfig, ['doctor', '-o', 'json']);
  const findings: readonly Finding[] = JSON.parse(stdout);
  return {
    status,
    states: Object.fromEntries(findings.map(({ check, state }) => [check, state])),
    says: Object.fromEntries(findings.map(({ check, message }) => [check, message])),
  };
}

const fine = {
  'API server': 'ok',
  definition: 'ok',
  operator: 'ok',
  'rights of the operator': 'ok',
  'another operator': 'ok',
  'admission policy': 'ok',
  StorageClass: 'ok',
};

test('doctor says what is missing, until all of dist/ is there', async ({ cluster }) => {
  const file = (name: string) => join(synth(), name);
  const apply = (path: string, input?: string) =>
    cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', path], input);
  // What other files install would be found.
  expect(cluster.controlPlane.directory).not.toBe(inject('controlPlane').path);
  const empty = look(cluster.kubeconfig);
  expect(empty.status).toBe(1);
  expect(empty.states).toEqual({
    ...fine,
    definition: 'missing',
    operator: 'missing',
    'rights of the operator': 'not known',
    'admission policy': 'missing',
  });

  const definition: CustomResourceDefinition = parse(readFileSync(file('00-crds.k8s.yaml'), 'utf8'));
  const spec = definition.spec.versions[0]?.schema?.openAPIV3Schema?.properties?.spec;
  delete spec?.properties?.paused;
  await apply('-', JSON.stringify(definition));
  const old = look(cluster.kubeconfig);
  expect([old.states.definition, old.says.definition]).toEqual(['missing', expect.stringContaining('.spec.paused')]);

  for (const name of ['00-crds.k8s.yaml', '05-admission.k8s.yaml', '10-operator.k8s.yaml', programFile])
    await apply(file(name));
  await expect
    .poll(() => look(cluster.kubeconfig), { ...eventually, interval: 2000 })
    .toMatchObject({
      status: 0,
      states: fine,
    });

  const name = 'nacos-operator-nacos.nacos.io';
  const role: ClusterRole = JSON.parse(await cluster.kubectl(['get', 'clusterrole', name, '-o', 'json']));
  const rules = role.rules?.filter(({ resources }) => !resources?.includes('statefulsets'));
  await cluster.kubectl(['patch', 'clusterrole', name, '--type=merge', '-p', JSON.stringify({ rules })]);
  await expect
    .poll(() => look(cluster.kubeconfig).says['rights of the operator'], { ...eventually, interval: 2000 })
    .toMatch(/may not list statefulsets, watch statefulsets, create statefulsets/);

  await cluster.kubectl(['create', 'deployment', 'nacos-operator', '--image=nacos/nacos-operator:v1.0.1']);
  const rival = look(cluster.kubeconfig);
  expect(rival.states['another operator']).toBe('missing');
  expect(rival.says['another operator']).toContain(`kubectl scale deployment nacos-operator -n ${cluster.namespace}`);
});

test('doctor does not take what the caller may not see for missing', async ({ cluster }) => {
  const stranger = await cluster.controlPlane.userKubeconfig({ name: 'stranger' });
  const { status, states, says } = look(stranger);
  expect([status, states]).toEqual([
    0,
    Object.fromEntries(Object.keys(fine).map((check) => [check, check === 'API server' ? 'ok' : 'not known'])),
  ]);
  expect(says.definition).toMatch(/stranger.*cannot get/);
});
