import { expect } from 'vitest';
import { database } from '../manifests.js';
import { changed, cluster, LiveCluster, long, patience } from './changes.js';
import { testWithOperator } from './operated-cluster.js';

/** Only with `npm run soak`. */
const test = testWithOperator(3);

test.runIf(process.env.SOAK === 'true')(
  'real Nacos on MySQL: 2.0.4 → 2.3.2 in place, 3 → 5 → 3 and a changed environment lose no write, and there is no way back',
  long,
  async ({ operated }) => {
    const login = { username: 'root', password: 'p' };
    await operated.nodes.apply(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: login },
      ...database('mysql', 'mariadb:10.11', login.password),
    );
    const onMysql = { database: { type: 'mysql', mysqlHost: 'mysql', credentialsSecret: { name: 'login' } } };
    const [old, current] = [cluster('2.0.4', onMysql), cluster('2.3.2', onMysql)];
    const live = await LiveCluster.start(operated, 'n', { ...old, replicas: 3 });
    await live.change({ ...current, replicas: 3 });
    expect((await operated.nacos('n')).status?.version).toBe('2.3.2');
    for (const replicas of [5, 3]) await live.change({ ...current, replicas });
    await live.change({ ...changed(current), replicas: 3 });
    await live.finish(3);
    await operated.apply('n', { ...old, replicas: 3 });
    await expect
      .poll(() => operated.condition('n', 'Stalled'), patience)
      .toMatchObject({ status: 'True', reason: 'DowngradeRefused' });
  },
);
