import { expect } from 'vitest';
import { cluster, long, patience } from './changes.js';
import { NacosUser } from './nacos-user.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';
import { block, command, stalled, type } from './repair-page.js';
import { nacos } from './servers.js';

/** Ways out where data is in question, in the page's own commands. Only with `npm run soak`; one after the other. */
const test = testWithOperator(2);
const soak = test.runIf(process.env.SOAK === 'true');

const prod = (replicas: number) =>
  cluster('2.3.2', { replicas, volume: { enabled: true }, certification: { enabled: true } });
const members = ['prod-0', 'prod-1', 'prod-2'];
const contents = Object.fromEntries([0, 1, 2, 3, 4].map((number) => [`saved-${number}`, `line ${number}\nand more`]));

soak('a volume that keeps its pod from every node is given up', long, async ({ operated }) => {
  await filled(operated);
  for (const { name } of operated.nodes.nodes) await operated.kubectl(['cordon', name]);
  await operated.kubectl(['delete', 'pod', 'prod-1']);
  await expect.poll(async () => (await operated.pod('prod-1')).status?.phase, patience).toBe('Pending');
  await type(operated, command('kubectl delete pvc db-prod-1'));
  for (const { name } of operated.nodes.nodes) await operated.kubectl(['uncordon', name]);
  await whole(operated);
});

soak('claims that say nothing: all of them are used, also after too few were', long, async ({ operated }) => {
  const use = command('kubectl annotate pvc db-prod-0 db-prod-1 db-prod-2');
  await filled(operated);
  await silence(operated);
  await operated.apply('prod', prod(3));
  await stalled(operated, 'prod', 'DataUnknown');
  await type(operated, use);
  await whole(operated);

  await silence(operated);
  await operated.apply('prod', prod(1));
  await stalled(operated, 'prod', 'DataUnknown');
  await type(operated, use.replace(' db-prod-1 db-prod-2', ''));
  const healthy = () => operated.condition('prod', 'MembersHealthy');
  await expect.poll(healthy, patience).toMatchObject({ status: 'False', reason: 'Unreachable' });
  await operated.kubectl(['delete', 'nacos', 'prod', '--cascade=foreground']);
  await type(operated, command('kubectl annotate pvc db-prod-0 -n nacos nacos.io/data-'));
  await operated.apply('prod', prod(3));
  await stalled(operated, 'prod', 'DataUnknown');
  await type(operated, use);
  await whole(operated);
});

soak('what one claim of three is left with is saved, and written to a second Nacos', long, async ({ operated }) => {
  await filled(operated);
  await operated.kubectl(['delete', 'nacos', 'prod', '--cascade=foreground']);
  await operated.kubectl(['delete', 'pvc', 'db-prod-1', 'db-prod-2']);
  await operated.apply('prod', prod(3));
  await stalled(operated, 'prod', 'DataIncomplete');
  await type(operated, block('save what is there first'));
  await operated.apply('new', nacos('2.3.2'));
  await operated.running('new');
  const { status } = await operated.pod('new-0');
  const reached = `: > new.header; new=http://${status?.podIP}:8848/nacos\n`;
  await type(operated, reached + block('**Start again**'));
  const copy = await NacosUser.anonymous(operated, 'new-0');
  await expect.poll(() => copy.read(Object.keys(contents)), patience).toEqual(contents);
  await operated.kubectl(['delete', 'nacos', 'new', 'prod', '--cascade=foreground']);
});

/** Resolves when it has three members that have everything; it may have them from the test before. */
async function filled(operated: OperatedCluster): Promise<void> {
  const found = await operated.kubectl(['get', 'nacos', 'prod', '--ignore-not-found', '-o', 'name']);
  if (found) return;
  await operated.apply('prod', prod(3));
  await operated.running('prod');
  const administrator = await NacosUser.administrator(operated, 'prod-0');
  for (const [dataId, content] of Object.entries(contents)) await administrator.publish(dataId, content);
}

/** As restored by a tool that leaves annotations out. */
async function silence(operated: OperatedCluster): Promise<void> {
  await operated.kubectl(['delete', 'nacos', 'prod', '--cascade=foreground']);
  await operated.kubectl(['annotate', 'pvc', ...members.map((pod) => `db-${pod}`), 'nacos.io/data-']);
}

/** Resolves when it has three members that have everything. */
async function whole(operated: OperatedCluster): Promise<void> {
  const states = async () => (await operated.nacos('prod')).status?.members?.map(({ state }) => state);
  await expect.poll(states, patience).toEqual(['UP', 'UP', 'UP']);
  await operated.running('prod');
  for (const pod of members) {
    const administrator = await NacosUser.administrator(operated, pod);
    await expect.poll(() => administrator.read(Object.keys(contents)), patience).toEqual(contents);
  }
}
