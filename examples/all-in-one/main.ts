import { App, Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
// In an app of your own: from 'cdk8s-nacos'.
import { MysqlBackedNacos, NacosAccess } from '../../lib/index.js';
import { Application } from './application.js';
import { Mysql } from './mysql.js';

const app = new App();
const namespace = 'shop';
/** Password of the user that applications log in as; `up` creates it. */
const loginSecret = 'nacos-login';

new Namespace(new Chart(app, '00-namespace'), 'namespace', {
  metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

const mysql = new Mysql(new Chart(app, '10-mysql', { namespace }), 'mysql', { image: 'mysql:9', database: 'nacos' });

const nacos = new MysqlBackedNacos(new Chart(app, '20-nacos', { namespace }), 'nacos', {
  version: '2.3.2',
  standalone: true,
  database: { host: mysql.host, credentialsSecret: { name: mysql.secretName }, clientImage: 'mysql:9' },
  initialData: {
    namespaces: [{ id: namespace }],
    users: [{ username: namespace, passwordSecret: { name: loginSecret }, roles: ['reader'] }],
    permissions: [{ role: 'reader', namespace, access: NacosAccess.READ }],
    configurations: [
      { namespace, dataId: 'cart.yaml', content: 'currency: EUR\n' },
      { namespace, dataId: 'orders.yaml', content: 'retries: 3\n' },
    ],
  },
  // For a machine on which all of this runs; leave both out in production.
  resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '2', memory: '1Gi' } },
  env: { JVM_XMS: '256m', JVM_XMX: '512m', JVM_XMN: '128m' },
});

const applications = new Chart(app, '30-applications', { namespace });
for (const name of ['cart', 'orders']) new Application(applications, name, { nacos, namespace, loginSecret });

app.synth();
