import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runCommand } from './command-line.js';
import { apply, eventually, phase, test } from './operator.js';

const secrets = {
  token: Buffer.from('canary-token-of-the-servers-0123456789').toString('base64'),
  identity: 'canary-identity',
  password: 'canary-password-of-mysql',
  config: 'canary-of-a-setting',
  env: 'canary-of-a-variable',
  content: 'canary-of-a-configuration',
  wrapper: 'canary-of-a-sidecar',
};

test('report shows what is wrong, and no secret of the object, its children or the logs', async ({
  cluster,
  operator: _running,
}) => {
  const { namespace } = cluster;
  await apply(cluster, 'broken', {
    database: { type: 'mysql', mysqlHost: 'db', mysqlPassword: secrets.password },
    certification: { enabled: true, token: secrets.token },
    config: `nacos.istio.mcp.server.enabled=false\nmy.setting=${secrets.config}\n`,
    env: [
      { name: 'OWN', value: secrets.env },
      { name: 'NACOS_AUTH_IDENTITY_VALUE', value: secrets.identity },
      { name: 'NACOS_AUTH_IDENTITY_KEY', value: 'own-key' },
    ],
    initialData: { configurations: [{ dataId: 'a.yaml', content: `word: ${secrets.content}` }] },
    k8sWrapper: {
      PodSpec: { containers: [{ name: 'side', image: 'a/b:1', env: [{ name: 'S', value: secrets.wrapper }] }] },
    },
  });
  await expect.poll(phase(cluster, 'broken'), eventually).toBeTruthy();
  await expect
    .poll(() => cluster.kubectl(['get', 'jobs', '-o', 'name']), { ...eventually, timeout: 180_000 })
    .toContain('broken-schema-');
  const { status, stdout } = runCommand(cluster.kubeconfig, ['report', 'broken', '-n', namespace]);
  expect(status).toBe(0);
  for (const secret of Object.values(secrets)) {
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain(Buffer.from(secret).toString('base64'));
  }
  const documents = parseAllDocuments(stdout).map((document) => document.toJS());
  const kinds = new Set(documents.map(({ kind }) => kind));
  for (const kind of ['Nacos', 'Secret', 'Job', 'Service', 'Event']) expect(kinds).toContain(kind);
  const nacos = documents.find(({ kind }) => kind === 'Nacos');
  expect(nacos.spec.database).toMatchObject({ mysqlHost: 'db', mysqlPassword: '***' });
  expect(nacos.status.conditions.length).toBeGreaterThan(0);
});
