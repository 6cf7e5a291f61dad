import { expect } from 'vitest';
import { changed, cluster, type Disturbance, killMembers, killOperator, LiveCluster, long } from './changes.js';
import { testWithOperator } from './operated-cluster.js';

/** All of it with `npm run soak`. */
const full = process.env.SOAK === 'true';
const test = testWithOperator(3);

const embedded = cluster('2.3.2', {
  volume: { enabled: true, requests: { storage: '2Gi' }, retain: false },
});

test.skipIf(full)(
  'real Nacos 2.3.2, embedded: 1 → 3 → 1 and a changed environment lose no write',
  long,
  async ({ operated }) => {
    const live = await LiveCluster.start(operated, 'n', { ...embedded, replicas: 1 });
    await live.change({ ...embedded, replicas: 3 });
    await live.change({ ...changed(embedded), replicas: 3 });
    await live.change({ ...changed(embedded), replicas: 1 });
    await live.finish(1);
    // What removed members kept goes with them where the spec says so.
    const claims = async () =>
      (await operated.kubectl(['get', 'pvc', '-l', 'app=n', '-o', 'name'])).match(/\n/g)?.length;
    await expect.poll(claims).toBe(1);
  },
);

const disturbances: Readonly<Record<string, Disturbance | undefined>> = {
  'nothing else': undefined,
  'the operator killed after each step': killOperator,
  'a member killed -9 after each step': killMembers,
};

test.runIf(full).for(Object.entries(disturbances))(
  'real Nacos 2.3.2, embedded: 1 → 3 → 5 → 3 and a changed environment, with %s, lose no write',
  long,
  async ([what, disturb], { operated }) => {
    const name = `n${Object.keys(disturbances).indexOf(what)}`;
    const live = await LiveCluster.start(operated, name, { ...embedded, replicas: 1 });
    for (const replicas of [3, 5, 3]) await live.change({ ...embedded, replicas }, disturb);
    await live.change({ ...changed(embedded), replicas: 3 }, disturb);
    await live.finish(3);
    await live.remove();
  },
);
