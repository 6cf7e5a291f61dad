import type { Rule } from 'cdk8s-reconciler';

const onMysql = (self: string) => `(${self}.database.type == 'mysql')`;
const inCluster = (self: string) => `(${self}.type == 'cluster')`;
const hasVolume = (self: string) => `(has(${self}.volume) && has(${self}.volume.enabled) && ${self}.volume.enabled)`;
const storageClass = (self: string) =>
  `(has(${self}.volume) && has(${self}.volume.storageClass) ? 'is ' + ${self}.volume.storageClass : '')`;
const storage = (self: string) =>
  `has(${self}.volume) && has(${self}.volume.requests) && 'storage' in ${self}.volume.requests`;
const size = (self: string) => `quantity(string(${self}.spec.volume.requests['storage']))`;

/** A version as one number; a patch level makes no difference to what may follow on what. */
const line = (version: string) =>
  `(int(${version}.find('[0-9]+')) * 10000 + int(${version}.find('[0-9]+[.][0-9]+').split('.')[1]))`;

const isEven = (self: string) =>
  `(${inCluster(self)} && !${onMysql(self)} && has(${self}.replicas) && ${self}.replicas % 2 == 0 && ${self}.replicas != 0)`;
const odd =
  'replicas: a cluster on the embedded database needs an odd number of members (1, 3, 5, 7) to keep a majority; change it by two, or use database.type mysql';

/**
 * What must hold of an instance as a whole. Rules of changes look at what is there, so that one that has not gone
 * through can be taken back.
 */
export const objectRules: readonly Rule[] = [
  {
    rule: `!has(self.spec.version) || !has(oldSelf.spec.version) || self.spec.version == oldSelf.spec.version || !has(self.status) || !has(self.status.version) || !self.status.version.matches('^v?[0-9]{1,4}[.][0-9]{1,4}') || ${line('self.spec.version')} >= ${line('self.status.version')}`,
    message:
      'spec.version: older than what runs, and Nacos has no way back: what a newer server has written an older one may not read; set the version in status.version or a newer one, or restore a backup into a second Nacos',
    fieldPath: '.spec.version',
  },
  {
    // The name is in the names of Services (RFC 1035) and, with a hash, in a label of 63 characters.
    rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') && size(self.metadata.name) <= 52",
    message:
      'metadata.name: the name becomes part of Service names: use at most 52 lower-case letters, digits and dashes, with a letter first',
  },
  {
    // One that has a status is there already, and may have been made where even counts were taken.
    rule: `!${isEven('self.spec')} || has(self.status)`,
    message: `spec.${odd}`,
    fieldPath: '.spec.replicas',
  },
  {
    // A size to which no claim could grow can be taken back: status.volumeSize is what the claims really ask for.
    rule: `!(${storage('self.spec')}) || !(${storage('oldSelf.spec')}) || ${size('self')}.compareTo(${size('oldSelf')}) >= 0 || (has(self.status) && has(self.status.volumeSize) && ${size('self')}.compareTo(quantity(self.status.volumeSize)) >= 0)`,
    message: 'spec.volume.requests.storage: a volume can grow but not shrink; set at least the former size',
    fieldPath: '.spec.volume',
  },
];

/** What must hold of a spec by itself. */
export const specRules: readonly Rule[] = [
  {
    rule: `${inCluster('self')} || !has(self.replicas) || self.replicas <= 1`,
    message:
      'replicas: a standalone server is one pod, more would not know of each other; set type to cluster, or replicas to 1',
    fieldPath: '.replicas',
  },
  {
    rule: `!${inCluster('self')} || !has(self.replicas) || self.replicas >= 1`,
    message: 'replicas: a cluster needs at least one member; to stop it, delete it: its volumes stay',
    fieldPath: '.replicas',
  },
  {
    rule: `!${onMysql('self')} || (has(self.database.mysqlHost) && self.database.mysqlHost != '')`,
    message:
      'database.mysqlHost: set the host name of the database, such as mysql.default.svc; the servers have none in their own pod',
    fieldPath: '.database',
  },
  {
    rule: '!has(self.database.credentialsSecret) || !(has(self.database.mysqlUser) || has(self.database.mysqlPassword))',
    message: 'database: credentialsSecret already holds user and password; remove mysqlUser and mysqlPassword',
    fieldPath: '.database',
  },
  ...transitions(),
];

/** What must hold between a spec and the one before it: nothing that would show users an empty database. */
function transitions(): Rule[] {
  return [
    {
      rule: `!${isEven('self')} || (has(oldSelf.replicas) && oldSelf.replicas == self.replicas)`,
      message: odd,
      fieldPath: '.replicas',
    },
    {
      rule: `${onMysql('self')} == ${onMysql('oldSelf')}`,
      message:
        'database.type: cannot change, the servers would start with an empty database; create a second Nacos, export and import the configurations (docs/moving-data.md), then move the clients',
      fieldPath: '.database',
    },
    {
      rule: `${inCluster('self')} == ${inCluster('oldSelf')} || (${onMysql('self')} && ${onMysql('oldSelf')})`,
      message:
        'type: cannot change on the embedded database, as the two do not share its data; create a second Nacos, export and import the configurations (docs/moving-data.md), then move the clients',
      fieldPath: '.type',
    },
    {
      rule: `${inCluster('self')} == ${inCluster('oldSelf')} || !${onMysql('self')}`,
      message:
        'type: cannot change in place; create a second Nacos with the same database, which has all the data, move the clients and delete this one',
      fieldPath: '.type',
    },
    {
      rule: `${hasVolume('self')} == ${hasVolume('oldSelf')} || ${onMysql('self')}`,
      message:
        'volume.enabled: cannot change on the embedded database, the servers would start empty; create a second Nacos, export and import the configurations (docs/moving-data.md), then move the clients',
      fieldPath: '.volume',
    },
    {
      rule: `!${hasVolume('self')} || !${hasVolume('oldSelf')} || ${storageClass('self')} == ${storageClass('oldSelf')}`,
      message:
        'volume.storageClass: cannot change, existing claims stay where they are; create a second Nacos on the new class and move the data (docs/moving-data.md)',
      fieldPath: '.volume',
    },
  ];
}

/** What must hold of `.spec.service`. */
export const serviceRules: readonly Rule[] = [
  {
    rule: '!has(self.nodePorts) || !has(self.nodePorts.grpc) || self.nodePorts.grpc == self.nodePorts.http + 1000',
    message: 'nodePorts.grpc: clients compute it as http + 1000; set exactly that or leave it out',
    fieldPath: '.nodePorts',
  },
  {
    rule: "!has(self.type) || self.type != 'NodePort' || has(self.nodePorts)",
    message:
      'nodePorts: clients compute the port of gRPC as that of HTTP + 1000, and Kubernetes gives out any two; set nodePorts.http to a free port, with port + 1000 free too',
    fieldPath: '.nodePorts',
  },
  ...exposureRules('nodePorts'),
];

/** What must hold of `.spec.console`. */
export const consoleRules: readonly Rule[] = exposureRules('nodePort');

/** What must hold of an item of `.spec.networkPolicy.clients`. */
export const peerRules: readonly Rule[] = [
  {
    rule: 'has(self.ipBlock) != (has(self.podSelector) || has(self.namespaceSelector))',
    message: 'ipBlock: give an item either an ipBlock or selectors; what both let in are two items',
  },
];

/** What must hold of an item of `.spec.initialData.users`. */
export const userRules: readonly Rule[] = [
  {
    rule: "self.username != 'nacos'",
    message:
      'username: nacos is the administrator, the first user in any case; its password is in the Secret of certification.secretName, or <name>-auth',
    fieldPath: '.username',
  },
  {
    rule: "!has(self.roles) || !self.roles.exists(role, role == 'ROLE_ADMIN')",
    message:
      'roles: Nacos gives ROLE_ADMIN to its first administrator alone; choose another role, and permissions for it',
    fieldPath: '.roles',
  },
];

/** What must hold of an item of `.spec.initialData.permissions`. */
export const permissionRules: readonly Rule[] = [
  {
    rule: "self.role != 'ROLE_ADMIN'",
    message: 'role: ROLE_ADMIN may do everything already; choose another role',
    fieldPath: '.role',
  },
];

/** What must hold of an item of `.spec.initialData.configurations`. */
export const configurationRules: readonly Rule[] = [
  {
    rule: 'has(self.content) != has(self.contentFrom)',
    message: 'content: give either content or contentFrom',
  },
  {
    rule: '!has(self.contentFrom) || has(self.contentFrom.configMapKeyRef) != has(self.contentFrom.secretKeyRef)',
    message: 'contentFrom: name either configMapKeyRef or secretKeyRef',
    fieldPath: '.contentFrom',
  },
];

/** What must hold of the metadata that is laid over children. */
export const labelRules: readonly Rule[] = [
  {
    rule: "!has(self.labels) || !self.labels.exists(name, name == 'app' || name == 'component' || name == 'middleware')",
    message:
      'labels: by app, component and middleware Services and budgets find the servers; take them out, or use other names',
    fieldPath: '.labels',
  },
  {
    rule: "!has(self.annotations) || !self.annotations.exists(name, name.startsWith('nacos.io/'))",
    message: 'annotations: those of nacos.io are what the operator writes down; take them out',
    fieldPath: '.annotations',
  },
];

/** What a user may not lay over a child, as others find it by that, or it cannot change. */
export const ownRules = {
  service: [
    {
      rule: '!has(self.selector)',
      message: 'selector: the operator leads clients to servers that may serve them; take it out',
      fieldPath: '.selector',
    },
    {
      rule: '!has(self.type)',
      message:
        'type: that of the members must stay ClusterIP; say it in spec.service.type, spec.console.type or spec.endpoints',
      fieldPath: '.type',
    },
    {
      rule: '!has(self.clusterIP) && !has(self.clusterIPs) && !has(self.publishNotReadyAddresses)',
      message:
        'clusterIP: members have their names by it, and it cannot change; take clusterIP, clusterIPs and publishNotReadyAddresses out',
      fieldPath: '.clusterIP',
    },
  ],
  job: [
    {
      rule: '!has(self.selector) && !has(self.manualSelector)',
      message: 'selector: Kubernetes itself finds the pods of a Job; take selector and manualSelector out',
      fieldPath: '.selector',
    },
  ],
  budget: [
    {
      rule: '!has(self.selector)',
      message: 'selector: the budget is for the servers of this Nacos; take it out',
      fieldPath: '.selector',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

/** What the API server asks of a Service, said before it is created. */
function exposureRules(nodePorts: 'nodePort' | 'nodePorts'): Rule[] {
  const type = `(has(self.type) ? self.type : has(self.${nodePorts}) ? 'NodePort' : 'ClusterIP')`;
  const onlyBalanced = (field: string): Rule => ({
    rule: `!has(self.${field}) || ${type} == 'LoadBalancer'`,
    message: `${field}: only a load balancer has it; set type to LoadBalancer, or remove ${field}`,
    fieldPath: `.${field}`,
  });
  return [
    {
      rule: `!has(self.${nodePorts}) || ${type} != 'ClusterIP'`,
      message: `${nodePorts}: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove ${nodePorts}`,
      fieldPath: `.${nodePorts}`,
    },
    {
      rule: `!has(self.externalTrafficPolicy) || ${type} != 'ClusterIP'`,
      message:
        'externalTrafficPolicy: a Service of type ClusterIP has none; set type to NodePort or LoadBalancer, or remove externalTrafficPolicy',
      fieldPath: '.externalTrafficPolicy',
    },
    onlyBalanced('loadBalancerClass'),
    onlyBalanced('loadBalancerSourceRanges'),
  ];
}
