import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { database } from '../manifests.js';
import { cluster, long, patience } from './changes.js';
import { NacosUser } from './nacos-user.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';
import { nacos, secret } from './servers.js';

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

soak(
  'claims that say nothing: all of them are used, or first too few and then the rest',
  long,
  async ({ operated }) => {
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
    await expect
      .poll(() => operated.condition('prod', 'MembersHealthy'), patience)
      .toMatchObject({ status: 'False', message: expect.stringContaining('db-prod-1') });
    console.log((await operated.condition('prod', 'MembersHealthy'))?.message);
    await operated.apply('prod', prod(3));
    await whole(operated);
  },
);

soak('what one claim of three is left with is saved, and written to a second Nacos', long, async ({ operated }) => {
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

soak('a password that was changed in the console, and a lost Secret', long, async ({ operated }) => {
  await operated.apply('one', nacos('2.3.2', { volume: { enabled: true }, certification: { enabled: true } }));
  await operated.running('one');
  await (await NacosUser.administrator(operated, 'one-0')).setPassword('nacos', 'of the console');
  await patch(operated, 'one-auth', { administratorPassword: 'desired' });
  await stalled(operated, 'one', 'PasswordUnknown');
  await patch(operated, 'one-auth', { currentAdministratorPassword: 'of the console' });
  await operated.running('one');
  expect(await NacosUser.logIn(operated, 'one-0', 'nacos', 'desired')).toBeDefined();

  await operated.kubectl(['delete', 'secret', 'one-auth']);
  await stalled(operated, 'one', expect.stringMatching(/PasswordUnknown|AdministratorOfOthers/));
  await patch(operated, 'one-auth', { administratorPassword: 'desired' });
  await operated.running('one');
  await NacosUser.administrator(operated, 'one-0');
  await operated.kubectl(['delete', 'nacos', 'one', '--cascade=foreground']);
});

soak('a database that has an administrator, and one that was copied', long, async ({ operated }) => {
  const login = { username: 'root', password: 'p' };
  await operated.nodes.apply(secret('login', login), ...database('mysql', 'mariadb:10.11', login.password));
  const onMysql = (mysqlDb: string) => {
    const credentialsSecret = { name: 'login' };
    const spec = { type: 'mysql', mysqlHost: 'mysql', mysqlDb, credentialsSecret };
    return nacos('2.3.2', { database: spec, certification: { enabled: true } });
  };
  await operated.apply('first', onMysql('nacos'));
  await operated.running('first');
  await operated.apply('second', onMysql('nacos'));
  await stalled(operated, 'second', 'AdministratorOfOthers');
  const administratorPassword = await operated.secret('first-auth', 'administratorPassword');
  await patch(operated, 'second-auth', { administratorPassword });
  await operated.running('second');
  await operated.kubectl(['delete', 'nacos', 'first', '--cascade=foreground']);

  const administrator = await NacosUser.administrator(operated, 'second-0');
  await administrator.publish('orders', 'precious');
  await operated.apply('second', onMysql('copied'));
  await stalled(operated, 'second', 'DatabaseChangeRefused');
  expect(await administrator.read(['orders'])).toEqual({ orders: 'precious' });
  await operated.kubectl(['exec', '-i', 'mysql', '--', 'sh'], copyTables('nacos', 'copied'));
  const { message = '' } = (await operated.condition('second', 'Stalled')) ?? {};
  await type(operated, /kubectl annotate .*$/.exec(message)?.[0] ?? '');
  await operated.running('second');
  const { spec } = await operated.pod('second-0');
  expect(spec?.containers[0]?.env).toContainEqual({ name: 'MYSQL_SERVICE_DB_NAME', value: 'copied' });
  const moved = await NacosUser.administrator(operated, 'second-0');
  expect(await moved.read(['orders'])).toEqual({ orders: 'precious' });
});

/** The first command of the page that begins so. */
function command(start: string): string {
  const found = page.split('\n').find((line) => line.trim().startsWith(start));
  if (!found) throw new Error(`docs/operations/repair.md has no command ${start}`);
  return found.trim();
}

/** The first block of commands of the page after a text. */
function block(after: string): string {
  const [, indent = '', code] = /^( *)```sh\n(.*?)^ *```$/ms.exec(page.slice(page.indexOf(after))) ?? [];
  if (!code) throw new Error(`docs/operations/repair.md has no block after ${after}`);
  return code.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

function type({ nodes }: OperatedCluster, commands: string): Promise<string> {
  return nodes.type(commands, folder);
}

async function stalled(operated: OperatedCluster, name: string, reason: unknown): Promise<void> {
  await expect.poll(() => operated.condition(name, 'Stalled'), patience).toMatchObject({ status: 'True', reason });
}

async function patch(operated: OperatedCluster, name: string, stringData: object): Promise<void> {
  await operated.kubectl(['patch', 'secret', name, '-p', JSON.stringify({ stringData })]);
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

/** As a dump and its import, for which the image lacks the programs. */
function copyTables(from: string, to: string): string {
  return `run() { mariadb --user=root --password="$MYSQL_ROOT_PASSWORD" --batch --skip-column-names --execute "$1"; }
run "CREATE DATABASE ${to}"
for table in $(run "SHOW TABLES FROM ${from}"); do
  run "CREATE TABLE ${to}.$table LIKE ${from}.$table; INSERT INTO ${to}.$table SELECT * FROM ${from}.$table"
done
`;
}
