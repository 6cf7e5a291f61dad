import { expect } from 'vitest';
import { testOnNodes } from './fixture.js';
import { pod, restricted, service } from './manifests.js';

const test = testOnNodes(1);

const patience = { timeout: 20_000, interval: 500 };

/** Needs quoting in a shell as well as in SQL. */
const password = "it's a \\ secret";

const databases = {
  MariaDB: { name: 'mariadb', image: 'mariadb:10.11', client: 'mariadb', version: /^10\.11\..*MariaDB/ },
  MySQL: { name: 'mysql', image: 'mysql:9', client: 'mysql', version: /^9\./ },
} as const;

test.for(['MariaDB', 'MySQL'] as const)(
  'real %s has the database and the user that its environment names, and keeps its data',
  async (database, { cluster }) => {
    const { name, image, client, version } = databases[database];
    const folders = { data: '/var/lib/mysql', run: '/run/mysqld', tmp: '/tmp' };
    await cluster.apply(
      service(name, 3306),
      { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { password } },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    );
    const server = pod(
      name,
      restricted(
        {
          image,
          env: [
            { name: 'MYSQL_ROOT_PASSWORD', valueFrom: { secretKeyRef: { name, key: 'password' } } },
            { name: 'MYSQL_DATABASE', value: 'nacos' },
            { name: 'MYSQL_USER', value: 'nacos' },
            { name: 'MYSQL_PASSWORD', valueFrom: { secretKeyRef: { name, key: 'password' } } },
          ],
          resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { memory: '1Gi' } },
          volumeMounts: Object.entries(folders).map(([folder, mountPath]) => ({ name: folder, mountPath })),
          readinessProbe: { tcpSocket: { port: 3306 }, periodSeconds: 1 },
        },
        {
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: name } },
            { name: 'run', emptyDir: {} },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      ),
    );
    const query = (user: string, statement: string) =>
      cluster.run(
        name,
        `MYSQL_PWD="$MYSQL_PASSWORD" ${client} -h ${name}.default -u ${user} -N -e '${statement}' nacos`,
      );

    await cluster.apply(server);
    await cluster.podReady(name, 120);
    // The Service follows the pod's readiness a moment later.
    await expect.poll(() => query('nacos', 'SELECT version()').catch(String), patience).toMatch(version);
    await query('nacos', 'CREATE TABLE kept (number INT); INSERT INTO kept VALUES (42)');

    await cluster.kubectl(['delete', 'pod', name]);
    await cluster.apply(server);
    await cluster.podReady(name, 60);
    await expect.poll(() => query('root', 'SELECT number FROM kept').catch(String), patience).toBe('42\n');
    await expect(cluster.run(name, `MYSQL_PWD=wrong ${client} -h ${name} -u nacos -e 'SELECT 1'`)).rejects.toThrow(
      'Access denied',
    );
    await cluster.kubectl(['delete', 'pod', name]);
  },
);
