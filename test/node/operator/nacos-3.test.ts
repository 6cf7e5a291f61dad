import { expect } from 'vitest';
import { distributionVersion } from '../images/nacos.js';
import { database, smallServer } from '../manifests.js';
import { changed, LiveCluster, long, cluster as membersOf, patience } from './changes.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';

const test = testWithOperator(3);
const distribution = process.env.NACOS_DIST;
const version = distribution ? distributionVersion(distribution) : '3.x';

const nacos = (spec: object = {}) => ({
  image: `nacos/nacos-server:v${version}`,
  env: smallServer,
  resources: { requests: { cpu: '400m', memory: '512Mi' } },
  ...spec,
});
const cluster = { type: 'cluster', replicas: 3 };
const password = 'of-a-test';
const onMysql = { type: 'mysql', mysqlHost: 'mysql', credentialsSecret: { name: 'mysql-login' } };
const instances = {
  standalone: nacos({ volume: { enabled: true } }),
  'embedded-cluster': nacos({ ...cluster, volume: { enabled: true } }),
  'mysql-cluster': nacos({ ...cluster, database: onMysql }),
};
const names = Object.keys(instances);

async function applyDatabase(operated: OperatedCluster): Promise<void> {
  const login = { username: 'nacos', password };
  await operated.nodes.apply(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mysql-login' }, stringData: login },
    ...database('mysql', 'mysql:9', password),
  );
}

/** One after the other: nine starts at once take longer than three times three. */
test.skipIf(!distribution).for(Object.entries(instances))(
  `real Nacos ${version}, %s, comes up, and what applications registered and published outlives the loss of a pod`,
  { timeout: 900_000 },
  async ([name, spec], { operated }) => {
    if (name === 'mysql-cluster') await applyDatabase(operated);
    await operated.apply(name, spec);
    await operated.running(name);
    const { status } = await operated.nacos(name);
    expect(status).toMatchObject({ phase: 'Running', version });
    expect(status?.conditions?.find(({ type }) => type === 'AuthReady')).toMatchObject({ reason: 'AdministratorSet' });

    const client = `of-${name}`;
    await operated.startClient(client, name === 'standalone' ? name : `${name}-client`, { publish: 'hello' });
    await operated.clientSees(client, 'hello');
    await operated.replacePod(`${name}-0`);
    await operated.clientSees(client, 'hello');
    await operated.running(name);
  },
);

test.skipIf(!distribution)('the generated password is the administrator’s', async ({ operated }) => {
  for (const name of names) {
    const form = new URLSearchParams({
      username: 'nacos',
      password: await operated.secret(`${name}-auth`, 'administratorPassword'),
    });
    const login = 'curl -s --data @- http://127.0.0.1:8848/nacos/v3/auth/user/login';
    const answer = await operated.kubectl(['exec', '-i', `${name}-0`, '--', 'sh', '-c', login], String(form));
    expect(answer).toContain('accessToken');
  }
});

/** Three starts of 3.x at a time are what a small machine can bear. */
async function makeRoom(operated: OperatedCluster): Promise<void> {
  for (const name of names)
    await operated.kubectl(['delete', 'nacos', name, '--ignore-not-found', '--cascade=foreground']);
}

test.skipIf(!distribution).for([
  ['embedded', { volume: { enabled: true } }],
  ['on MySQL', { database: onMysql }],
] as const)(
  `real Nacos ${version} %s: 3 → 5 → 3, a changed environment and 3 → 1 → 3 lose no write`,
  long,
  async ([where, spec], { operated }) => {
    await makeRoom(operated);
    if (where === 'on MySQL') await applyDatabase(operated);
    const name = where === 'embedded' ? 'changed-embedded' : 'changed-mysql';
    const members = membersOf(version, spec);
    // Not from one member, which is never ready before there is a second.
    const live = await LiveCluster.start(operated, name, { ...members, replicas: 3 });
    for (const replicas of [5, 3]) await live.change({ ...members, replicas });
    await live.change({ ...changed(members), replicas: 3 });
    await live.found(3);
    for (const replicas of [1, 3]) await live.change({ ...changed(members), replicas });
    await live.finish(3);
    await live.remove();
  },
);

test.skipIf(!distribution)(
  `real Nacos on MySQL: 2.3.2 → ${version} in place loses no write, and there is no way back`,
  long,
  async ({ operated }) => {
    await makeRoom(operated);
    await applyDatabase(operated);
    const [old, current] = ['2.3.2', version].map((version) => ({
      ...membersOf(version, { database: onMysql }),
      replicas: 3,
    }));
    const live = await LiveCluster.start(operated, 'upgraded', old!);
    await live.change(current!);
    expect((await operated.nacos('upgraded')).status?.version).toBe(version);
    await live.finish(3);
    await operated.apply('upgraded', old!);
    await expect
      .poll(() => operated.condition('upgraded', 'Stalled'), patience)
      .toMatchObject({ status: 'True', reason: 'DowngradeRefused' });
    await live.remove();
  },
);
