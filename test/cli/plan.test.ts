import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandLine } from './program.js';

const { folder, run } = commandLine();

function nacos(spec: string): string {
  return `apiVersion: nacos.io/v1alpha1\nkind: Nacos\nmetadata: {name: prod, namespace: shop}\nspec: ${spec}\n`;
}

function plan(after: string, before: string) {
  const former = join(folder, 'former.yaml');
  writeFileSync(former, before);
  return run(['plan', '-f', '-', '--from', former], after);
}

it('cdk8s-nacos plan prints what a change will do, without any cluster and without what may be secret', () => {
  const { status, stdout } = plan(
    nacos(
      '{type: cluster, replicas: 5, version: 2.3.2, env: [{name: A, value: hush}], resources: {limits: {memory: 4Gi}}}',
    ),
    nacos(
      '{type: cluster, replicas: 3, version: 2.3.2, env: [{name: A, value: quiet}], resources: {limits: {memory: 2Gi}}}',
    ),
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Nacos shop\/prod: changes\n {2}Fields:\n/);
  expect(stdout).toContain('spec.replicas: 3 becomes 5\n');
  expect(stdout).toContain('spec.resources.limits.memory: "2Gi" becomes "4Gi"\n');
  expect(stdout).toMatch(
    / 1\. Scaling up to 4 members: adding prod-3\n.*\n +3\. Scaling up to 5 members: adding prod-4\n/,
  );
  expect(stdout).toMatch(/Restarts:\n +prod-2, prod-1, prod-0\n$/);
  expect(stdout).not.toMatch(/hush|quiet/);
});

it('cdk8s-nacos plan says what is refused and why, and exits with 1', () => {
  const { status, stdout } = plan(nacos('{type: cluster}'), nacos('{type: standalone}'));
  expect(status).toBe(1);
  expect(stdout).toMatch(/REFUSED\n {2}Refused:\n {4}spec.type: "cluster": cannot change on the embedded database/);
});

it('cdk8s-nacos plan of the same file is that nothing changes', () => {
  const same = nacos('{type: cluster}');
  expect(plan(same, same)).toMatchObject({ status: 0, stdout: 'Nacos shop/prod: nothing changes\n' });
});
