import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cluster, long, patience } from './changes.js';
import { NacosUser } from './nacos-user.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';

/** Ways out of docs/operations/repair.md, in its own commands. Only with `npm run soak`; one after the other. */
const test = testWithOperator(2);
const soak = test.runIf(process.env.SOAK === 'true');

const page = readFileSync('docs/operations/repair.md', 'utf8').replaceAll('-n shop', '-n nacos');
/** Where `saved` lies. */
const folder = mkdtempSync(join(tmpdir(), 'repair-'));
const prod = (replicas: number) =>
  cluster('2.3.2', { replicas, volume: { enabled: true }, certification: { enabled: true } });
const members = ['prod-0', 'prod-1', 'prod-2'];
const contents = Object.fromEntries([0, 1, 2, 3, 4].map((number) => [`saved-${number}`, `line ${number}\nand more`]));

soak('a volume that keeps its pod from every node is given up', long, async ({ operated }) => {
  await operated.apply('prod', prod(3));
  await operated.running('prod');
  const administrator = await NacosUser.administrator(operated, 'prod-0');
  for (const [dataId, content] of Object.entries(contents)) await administrator.publish(dataId, content);

  for (const { name } of operated.nodes.nodes) await operated.kubectl(['cordon', name]);
  await operated.kubectl(['delete', 'pod', 'prod-1']);
  await expect.poll(async () => (await operated.pod('prod-1')).status?.phase, patience).toBe('Pending');
  await type(operated, command('kubectl delete pvc db-prod-1'));
  for (const { name } of operated.nodes.nodes) await operated.kubectl(['uncordon', name]);
  await whole(operated);
});

soak('claims that say nothing: all of them are used, also after too few were', long, async ({ operated }) => {
  const use = command('kubectl annotate pvc db-prod-0 db-prod-1 db-prod-2');
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
  await silence(operated);
  await operated.apply('prod', prod(3));
  await stalled(operated, 'prod', 'DataUnknown');
  await type(operated, use);
  await whole(operated);
});

/** The first command of the page that begins so. */
function command(start: string): string {
  const found = page.split('\n').find((line) => line.trim().startsWith(start));
  if (!found) throw new Error(`docs/operations/repair.md has no command ${start}`);
  return found.trim();
}

function type({ nodes }: OperatedCluster, commands: string): Promise<string> {
  return nodes.type(commands, folder);
}

async function stalled(operated: OperatedCluster, name: string, reason: unknown): Promise<void> {
  await expect.poll(() => operated.condition(name, 'Stalled'), patience).toMatchObject({ status: 'True', reason });
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
