import { expect } from 'vitest';
import { database } from '../manifests.js';
import { long } from './changes.js';
import { NacosUser } from './nacos-user.js';
import { type OperatedCluster, testWithOperator } from './operated-cluster.js';
import { stalled, type } from './repair-page.js';
import { nacos, secret } from './servers.js';

/** Ways out where a password or another database is in question. Only with `npm run soak`; one after the other. */
const test = testWithOperator(2);
const soak = test.runIf(process.env.SOAK === 'true');

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

async function patch(operated: OperatedCluster, name: string, stringData: object): Promise<void> {
  await operated.kubectl(['patch', 'secret', name, '-p', JSON.stringify({ stringData })]);
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
