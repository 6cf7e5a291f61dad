/** A manifest that the API server must refuse. */
export interface Rejected {
  /** What is wrong with it. */
  readonly because: string;
  readonly manifest: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: object;
    readonly spec: object;
  };
  /** What it was before, where the rule forbids a change. */
  readonly was?: Rejected['manifest'];
  /** What was said of it before, where the rule looks at that. */
  readonly status?: object;
  /** Part of the answer; for a rule of the schema (CEL) the whole message that users are promised. */
  readonly message: string;
}

const nacos = (spec: object, name = 'broken'): Rejected['manifest'] => ({
  apiVersion: 'nacos.io/v1alpha1',
  kind: 'Nacos',
  metadata: { name },
  spec,
});
const etcd = (version: string): Rejected['manifest'] => ({
  apiVersion: 'etcd.database.coreos.com/v1beta2',
  kind: 'EtcdCluster',
  metadata: { name: 'broken' },
  spec: { version },
});
const mysql = { type: 'mysql', mysqlHost: 'mysql' };
/** Both have a Service of their own, with the same fields. */
const exposures = ['service', 'console'];
const volume = (storage: string, more = {}) => ({ enabled: true, requests: { storage }, ...more });

const echo = (message: string): Rejected['manifest'] => ({
  apiVersion: 'mmontes.io/v1alpha1',
  kind: 'Echo',
  metadata: { name: 'broken' },
  spec: { message },
});

const redis = (persistentSpec: object): Rejected['manifest'] => ({
  apiVersion: 'app.redislabs.com/v1alpha1',
  kind: 'RedisEnterpriseCluster',
  metadata: { name: 'broken' },
  spec: { persistentSpec },
});

/** One at least for each CEL rule of each definition; `schema.test.ts` says which are missing. */
export const rejected: readonly Rejected[] = [
  {
    because: 'a name too long for its Services',
    manifest: nacos({}, `n${'a'.repeat(52)}`),
    message:
      'metadata.name: the name becomes part of Service names: use at most 52 lower-case letters, digits and dashes, with a letter first',
  },
  {
    because: 'a version older than the one that runs',
    was: nacos({ version: '2.3.2', database: mysql }),
    status: { version: '2.3.2' },
    manifest: nacos({ version: '2.0.4', database: mysql }),
    message:
      'spec.version: older than what runs, and Nacos has no way back: what a newer server has written an older one may not read; set the version in status.version or a newer one, or restore a backup into a second Nacos',
  },
  {
    because: 'a standalone server with two replicas',
    manifest: nacos({ type: 'standalone', replicas: 2 }),
    message:
      'replicas: a standalone server is one pod, more would not know of each other; set type to cluster, or replicas to 1',
  },
  {
    because: 'a cluster without members',
    manifest: nacos({ type: 'cluster', replicas: 0, database: mysql }),
    message: 'replicas: a cluster needs at least one member; to stop it, delete it: its volumes stay',
  },
  {
    because: 'an even number of members on the embedded database',
    manifest: nacos({ type: 'cluster', replicas: 4 }),
    message:
      'spec.replicas: a cluster on the embedded database needs an odd number of members (1, 3, 5, 7) to keep a majority; change it by two, or use database.type mysql',
  },
  {
    because: 'a cluster on the embedded database that becomes even',
    was: nacos({ type: 'cluster', replicas: 3 }),
    manifest: nacos({ type: 'cluster', replicas: 4 }),
    status: { version: '2.3.2' },
    message:
      'replicas: a cluster on the embedded database needs an odd number of members (1, 3, 5, 7) to keep a majority; change it by two, or use database.type mysql',
  },
  {
    because: 'an external database without a host',
    manifest: nacos({ database: { type: 'mysql' } }),
    message:
      'database.mysqlHost: set the host name of the database, such as mysql.default.svc; the servers have none in their own pod',
  },
  {
    because: 'credentials given twice',
    manifest: nacos({ database: { ...mysql, mysqlUser: 'me', credentialsSecret: { name: 'secret' } } }),
    message: 'database: credentialsSecret already holds user and password; remove mysqlUser and mysqlPassword',
  },
  {
    because: 'another database',
    was: nacos({ type: 'cluster', database: mysql }),
    manifest: nacos({ type: 'cluster', database: { type: 'embedded' } }),
    message:
      'database.type: cannot change, the servers would start with an empty database; create a second Nacos, export and import the configurations (docs/moving-data.md), then move the clients',
  },
  {
    because: 'a standalone server that becomes a cluster on the embedded database',
    was: nacos({ type: 'standalone' }),
    manifest: nacos({ type: 'cluster' }),
    message:
      'type: cannot change on the embedded database, as the two do not share its data; create a second Nacos, export and import the configurations (docs/moving-data.md), then move the clients',
  },
  {
    because: 'a standalone server on MySQL that becomes a cluster',
    was: nacos({ type: 'standalone', database: mysql }),
    manifest: nacos({ type: 'cluster', database: mysql }),
    message:
      'type: cannot change in place; create a second Nacos with the same database, which has all the data, move the clients and delete this one',
  },
  {
    because: 'a volume turned off',
    was: nacos({ volume: volume('10Gi') }),
    manifest: nacos({ volume: { enabled: false } }),
    message:
      'volume.enabled: cannot change on the embedded database, the servers would start empty; create a second Nacos, export and import the configurations (docs/moving-data.md), then move the clients',
  },
  {
    because: 'another storage class',
    was: nacos({ volume: volume('10Gi', { storageClass: 'slow' }) }),
    manifest: nacos({ volume: volume('10Gi', { storageClass: 'fast' }) }),
    message:
      'volume.storageClass: cannot change, existing claims stay where they are; create a second Nacos on the new class and move the data (docs/moving-data.md)',
  },
  {
    because: 'a smaller volume',
    was: nacos({ volume: volume('10Gi') }),
    manifest: nacos({ volume: volume('9500Mi') }),
    message: 'spec.volume.requests.storage: a volume can grow but not shrink; set at least the former size',
  },
  {
    because: 'a gRPC port that clients do not compute',
    manifest: nacos({ service: { nodePorts: { http: 30848, grpc: 30849 } } }),
    message: 'nodePorts.grpc: clients compute it as http + 1000; set exactly that or leave it out',
  },
  {
    because: 'node ports by chance, which clients cannot compute',
    manifest: nacos({ service: { type: 'NodePort' } }),
    message:
      'nodePorts: clients compute the port of gRPC as that of HTTP + 1000, and Kubernetes gives out any two; set nodePorts.http to a free port, with port + 1000 free too',
  },
  {
    because: 'a node port of a Service that has none',
    manifest: nacos({ service: { type: 'ClusterIP', nodePorts: { http: 30848 } } }),
    message:
      'nodePorts: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove nodePorts',
  },
  ...exposures.flatMap((exposure) => [
    {
      because: `a traffic policy of a ${exposure} that nothing outside reaches`,
      manifest: nacos({ [exposure]: { externalTrafficPolicy: 'Local' } }),
      message:
        'externalTrafficPolicy: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove externalTrafficPolicy',
    },
    {
      because: `a load balancer class of a ${exposure} without load balancer`,
      manifest: nacos({ [exposure]: { loadBalancerClass: 'internal' } }),
      message: 'loadBalancerClass: only a load balancer has it; set type to LoadBalancer, or remove loadBalancerClass',
    },
    {
      because: `source ranges of a ${exposure} without load balancer`,
      manifest: nacos({ [exposure]: { loadBalancerSourceRanges: ['10.0.0.0/8'] } }),
      message:
        'loadBalancerSourceRanges: only a load balancer has it; set type to LoadBalancer, or remove loadBalancerSourceRanges',
    },
  ]),
  {
    because: 'a node port of a console that has none',
    manifest: nacos({ console: { type: 'ClusterIP', nodePort: 30080 } }),
    message: 'nodePort: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove nodePort',
  },
  {
    because: 'a label of its own by which servers are found',
    manifest: nacos({ overlays: { configMaps: { metadata: { labels: { app: 'mine' } } } } }),
    message:
      'labels: by app, component and middleware Services and budgets find the servers; take them out, or use other names',
  },
  {
    because: 'a Job whose pods Services would select',
    manifest: nacos({ overlays: { job: { spec: { template: { metadata: { labels: { app: 'broken' } } } } } } }),
    message:
      'labels: by app, component and middleware Services and budgets find the servers; take them out, or use other names',
  },
  {
    because: 'an annotation of its own that the operator writes',
    manifest: nacos({ overlays: { statefulSet: { metadata: { annotations: { 'nacos.io/version': '9.9.9' } } } } }),
    message: 'annotations: those of nacos.io are what the operator writes down; take them out',
  },
  {
    because: 'another selector of Services',
    manifest: nacos({ overlays: { services: { spec: { selector: { app: 'other' } } } } }),
    message: 'selector: the operator leads clients to servers that may serve them; take it out',
  },
  {
    because: 'a type of all Services',
    manifest: nacos({ overlays: { services: { spec: { type: 'NodePort' } } } }),
    message:
      'type: that of the members must stay ClusterIP; say it in spec.service.type, spec.console.type or spec.endpoints',
  },
  {
    because: 'an address of all Services',
    manifest: nacos({ overlays: { services: { spec: { clusterIP: 'None' } } } }),
    message:
      'clusterIP: members have their names by it, and it cannot change; take clusterIP, clusterIPs and publishNotReadyAddresses out',
  },
  {
    because: 'a selector of a Job',
    manifest: nacos({ overlays: { job: { spec: { manualSelector: true } } } }),
    message: 'selector: Kubernetes itself finds the pods of a Job; take selector and manualSelector out',
  },
  {
    because: 'a budget for other pods',
    manifest: nacos({ overlays: { podDisruptionBudget: { spec: { selector: { matchLabels: { app: 'x' } } } } } }),
    message: 'selector: the budget is for the servers of this Nacos; take it out',
  },
  {
    because: 'a client that is an address and a pod',
    manifest: nacos({ networkPolicy: { clients: [{ ipBlock: { cidr: '192.0.2.0/24' }, podSelector: {} }] } }),
    message: 'ipBlock: give an item either an ipBlock or selectors; what both let in are two items',
  },
  {
    because: 'the administrator among the users',
    manifest: nacos({ initialData: { users: [{ username: 'nacos', passwordSecret: { name: 'login' } }] } }),
    message:
      'username: nacos is the administrator, the first user in any case; its password is in the Secret of certification.secretName, or <name>-auth',
  },
  {
    because: 'a second administrator',
    manifest: nacos({
      initialData: { users: [{ username: 'ann', passwordSecret: { name: 'login' }, roles: ['ROLE_ADMIN'] }] },
    }),
    message:
      'roles: Nacos gives ROLE_ADMIN to its first administrator alone; choose another role, and permissions for it',
  },
  {
    because: 'a permission of the administrators',
    manifest: nacos({ initialData: { permissions: [{ role: 'ROLE_ADMIN', action: 'r' }] } }),
    message: 'role: ROLE_ADMIN may do everything already; choose another role',
  },
  {
    because: 'a configuration without content',
    manifest: nacos({ initialData: { configurations: [{ dataId: 'a' }] } }),
    message: 'content: give either content or contentFrom',
  },
  {
    because: 'a configuration with two sources',
    manifest: nacos({
      initialData: {
        configurations: [
          {
            dataId: 'a',
            contentFrom: { secretKeyRef: { name: 's', key: 'k' }, configMapKeyRef: { name: 'm', key: 'k' } },
          },
        ],
      },
    }),
    message: 'contentFrom: name either configMapKeyRef or secretKeyRef',
  },
  {
    because: 'a configuration twice',
    manifest: nacos({
      initialData: {
        configurations: [
          { dataId: 'a', content: 'x' },
          { dataId: 'a', content: 'y' },
        ],
      },
    }),
    message: 'spec.initialData.configurations[1]: Duplicate value',
  },
  {
    because: 'a type that does not exist',
    manifest: nacos({ type: 'clustered' }),
    message: 'Unsupported value: "clustered": supported values: "standalone", "cluster", ""',
  },
  {
    because: 'a misspelt field',
    manifest: nacos({ replica: 1 }),
    message: 'unknown field',
  },
  {
    because: 'a number where a string is expected',
    manifest: nacos({ database: { ...mysql, mysqlPort: 3306 } }),
    message: 'spec.database.mysqlPort: Invalid value: "integer"',
  },
  {
    because: 'a port that is not a number',
    manifest: nacos({ database: { ...mysql, mysqlPort: 'none' } }),
    message: 'spec.database.mysqlPort',
  },
  {
    because: 'more servers than a cluster can have',
    manifest: nacos({ type: 'cluster', database: mysql, replicas: 101 }),
    message: 'spec.replicas: Invalid value: 101: spec.replicas in body should be less than or equal to 99',
  },
  {
    because: 'a port given in both spellings',
    manifest: {
      apiVersion: 'cassandra.zhangaoo.com/v1alpha1',
      kind: 'CassandraService',
      metadata: { name: 'broken' },
      spec: { image: 'cassandra', ports: [{ containerPort: 9042, port: 9043 }] },
    },
    message: 'ports: give each item either containerPort or port; they mean the same',
  },
  {
    because: 'another message for what is printed once',
    was: echo('Hello'),
    manifest: echo('Goodbye'),
    message: 'spec: an Echo is printed once; create another Echo to print something else',
  },
  {
    because: 'volumes that are turned off',
    was: redis({ enabled: 'true' }),
    manifest: redis({ enabled: 'false' }),
    message: 'persistentSpec: cannot change, the volumes stay as they are; create a second cluster and move the data',
  },
  ...['3.5.9', '3.8.0'].map((version) => ({
    because: `etcd ${version} after 3.6.0`,
    was: etcd('3.6.0'),
    manifest: etcd(version),
    message: 'etcd goes up one minor version at a time and never down: choose the next one, such as 3.6.x after 3.5.x',
  })),
];
