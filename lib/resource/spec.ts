import type { Static } from '@sinclair/typebox';
import * as Type from '@sinclair/typebox/type';
import { environment, oneOf, quantities, resources } from 'cdk8s-reconciler/schema';
import { optionalText } from './fields.js';
import { initialData } from './initial-data.js';
import {
  affinity,
  containerSecurityContext,
  intOrString,
  localObjectReference,
  networkPolicyPeer,
  podSecurityContext,
  probe,
  stringMap,
  toleration,
  topologySpreadConstraint,
} from './kubernetes-schema.js';
import { overlays } from './overlays.js';
import { consoleRules, peerRules, serviceRules, specRules } from './rules.js';

export const portPattern = '^[0-9]{0,5}$';
export const versionPattern = '^v?[0-9]{1,4}\\.[0-9]{1,4}(\\.[0-9]{1,4})?([-.][A-Za-z0-9._-]*)?$';

const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const port = (description: string, maximum = 65535) =>
  Type.Optional(Type.Integer({ description, format: 'int32', minimum: 1, maximum }));
const database = Type.Object(
  {
    type: oneOf(['embedded', 'mysql', ''], {
      default: 'embedded',
      description: 'embedded: in the servers themselves, on their volumes. mysql: an external MySQL or MariaDB.',
    }),
    mysqlHost: optionalText('Host name or address of the database. Needed with type mysql.'),
    mysqlPort: Type.Optional(
      Type.String({
        description: 'Port of the database, as a string. Default "3306".',
        pattern: portPattern,
        maxLength: 5,
      }),
    ),
    mysqlDb: optionalText('Name of the database. Default nacos.', 64),
    mysqlUser: optionalText('User in plain text; prefer credentialsSecret. Default root.', 128),
    mysqlPassword: optionalText('Password in plain text; prefer credentialsSecret. Default 123456.', 512),
    credentialsSecret: Type.Optional(
      Type.Object(
        {
          name: Type.String({ description: 'Name of a Secret in the same namespace.', minLength: 1, maxLength: 253 }),
          userKey: Type.String({ default: 'username', description: 'Key that holds the user.', maxLength: 253 }),
          passwordKey: Type.String({
            default: 'password',
            description: 'Key that holds the password.',
            maxLength: 253,
          }),
        },
        { description: 'Where user and password of the database come from.' },
      ),
    ),
    parameters: optionalText('Parameters of the JDBC URL, such as useSSL=true&serverTimezone=Asia/Shanghai.', 1024),
    schema: Type.Optional(
      oneOf(['Managed', 'External'], {
        description:
          'Managed (default): a Job creates the database and its tables and upgrades them, before the servers start. External: your DBA does.',
      }),
    ),
  },
  {
    description: 'Where configurations, users and namespaces are kept. Cannot change on a live instance.',
    default: {},
  },
);

const certification = Type.Object(
  {
    enabled: flag('Whether clients must log in. Absent: what the server does by itself (off before 3.3).'),
    token: optionalText(
      'Base64 of at least 32 bytes that signs the access tokens, in plain text; prefer secretName.',
      1024,
    ),
    token_expire_seconds: optionalText('Life of an access token in seconds. Default "18000".', 10),
    cache_enabled: flag('Whether permissions are cached (up to 15 s late).'),
    secretName: optionalText(
      'Secret with the keys token, identityKey and identityValue. Default <name>-auth, which the operator creates.',
    ),
  },
  { description: 'Authentication of clients and of members among each other.' },
);

const volume = Type.Object(
  {
    enabled: flag(
      'Whether data is kept on a volume claim db-<name>-<n>. Without one it is lost with the pod. Default: on mysql from 3.3 on true, otherwise false.',
    ),
    requests: Type.Optional(quantities({ description: 'What to ask of each claim: storage, 10Gi by default.' })),
    storageClass: optionalText(
      'StorageClass of the claims. Default: the cluster\'s; "": none, for volumes made by hand.',
    ),
    retain: flag('Whether the claims stay when the instance is deleted or has fewer members. Default true.'),
  },
  {
    description:
      'Volumes of the servers. requests.storage is 10Gi by default; below 5Gi a cluster member is full from the start.',
  },
);

const exposure = {
  type: Type.Optional(
    oneOf(['ClusterIP', 'NodePort', 'LoadBalancer'], {
      description: 'Default ClusterIP, or NodePort where a node port is given.',
    }),
  ),
  annotations: Type.Optional(
    stringMap({ description: "Annotations of the Service, such as those of a cloud's load balancer." }),
  ),
  labels: Type.Optional(stringMap({ description: 'More labels of the Service.' })),
  loadBalancerClass: optionalText('Class of the load balancer.'),
  loadBalancerIP: optionalText('Address to ask the load balancer for.', 64),
  loadBalancerSourceRanges: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64, description: 'CIDRs that may connect.' }),
  ),
  externalTrafficPolicy: Type.Optional(oneOf(['Cluster', 'Local'], { description: 'Default Cluster.' })),
  sessionAffinity: Type.Optional(
    oneOf(['None', 'ClientIP'], { description: 'ClientIP: the same server for the same client. Default None.' }),
  ),
  ipFamilyPolicy: Type.Optional(
    oneOf(['SingleStack', 'PreferDualStack', 'RequireDualStack'], { description: 'Default SingleStack.' }),
  ),
  ipFamilies: Type.Optional(
    Type.Array(oneOf(['IPv4', 'IPv6']), {
      maxItems: 2,
      description: "The first cannot change. Default: the cluster's.",
    }),
  ),
};

const service = Type.Object(
  {
    ...exposure,
    nodePorts: Type.Optional(
      Type.Object(
        {
          http: Type.Integer({ format: 'int32', minimum: 1, maximum: 64535, description: 'Node port of 8848.' }),
          grpc: port('Node port of 9848. Clients compute http + 1000, so it can be nothing else.'),
        },
        { description: 'Fixed node ports.' },
      ),
    ),
  },
  { description: 'How clients outside the cluster reach the servers.', 'x-kubernetes-validations': serviceRules },
);

const console = Type.Object(
  { ...exposure, nodePort: port('Fixed node port of the console.') },
  {
    description:
      'A Service of its own for the console, <name>-console. Absent: none; the client Service has its port while it is of type ClusterIP.',
    'x-kubernetes-validations': consoleRules,
  },
);

const endpoint = (description: string) =>
  Type.Optional(
    Type.Object(
      { ...exposure, nodePort: port('Fixed node port.') },
      { description, 'x-kubernetes-validations': consoleRules },
    ),
  );

const endpoints = Type.Object(
  {
    ai: endpoint('Registry of MCP servers and skills, port 9080, on the Service <name>-ai. From 3.2 on.'),
    dns: endpoint(
      'Services as names of DNS, port 5353 (UDP and TCP), on the Service <name>-dns, without a login. From 3.3 on.',
    ),
    xds: endpoint('xDS for Envoy and Istio, port 18848, on the Service <name>-xds, without a login.'),
  },
  { description: 'What the servers offer on ports of their own. {} switches it on, inside of the cluster.' },
);

const networkPolicy = Type.Object(
  {
    enabled: Type.Boolean({ default: true, description: 'Whether there is one.' }),
    clients: Type.Optional(
      Type.Array(networkPolicyPeer({ 'x-kubernetes-validations': peerRules }), {
        minItems: 1,
        maxItems: 64,
        description:
          'Who may connect to 8848, 9848 and the console. Default: all pods of the cluster; anyone to what a Service of type NodePort or LoadBalancer has.',
      }),
    ),
  },
  { description: 'Who may connect to the servers. Members reach each other, and the operator them, in any case.' },
);

/** More no Nacos has. */
export const mostServers = 99;

/** `.spec` of a Nacos. The official operator's fields keep its spelling; all others are optional additions. */
export const spec = Type.Object(
  {
    type: oneOf(['standalone', 'cluster', ''], {
      default: 'standalone',
      description: 'standalone: one server. cluster: members that elect leaders.',
    }),
    replicas: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 0,
        maximum: mostServers,
        description: 'Number of servers. Default 1 standalone, 3 in a cluster.',
      }),
    ),
    version: Type.Optional(
      Type.String({
        description:
          'Version of Nacos, where the tag of the image does not say it. Without image it chooses the image. Default 3.0.3.',
        pattern: versionPattern,
        maxLength: 64,
      }),
    ),
    image: optionalText('Image of the servers. Default nacos/nacos-server of version.', 1024),
    imagePullPolicy: Type.Optional(
      oneOf(['Always', 'IfNotPresent', 'Never'], { description: "Default: the cluster's rule for the tag." }),
    ),
    imagePullSecrets: Type.Optional(
      Type.Array(localObjectReference(), {
        maxItems: 16,
        description: 'Secrets for pulling every image of this instance.',
      }),
    ),
    mysqlInitImage: optionalText(
      'Image with the mysql client, for creating the schema. Default mysql:8.4, from the registry of image.',
      1024,
    ),
    function_mode: Type.Optional(
      oneOf(['naming', 'config', 'microservice', 'ai', 'all', ''], {
        description: 'Which functions the servers have. Default all.',
      }),
    ),
    database,
    volume: Type.Optional(volume),
    config: optionalText(
      'Server properties in the format of application.properties; they win over those of the image.',
      65536,
    ),
    env: Type.Optional(
      environment({
        description: 'More environment of the servers; what makes them find each other cannot be overridden.',
      }),
    ),
    certification: Type.Optional(certification),
    resources: Type.Optional(
      resources({ description: 'Resources of a server. Half of the memory limit becomes its heap.' }),
    ),
    service: Type.Optional(service),
    console: Type.Optional(console),
    endpoints: Type.Optional(endpoints),
    networkPolicy: Type.Optional(networkPolicy),
    initialData: Type.Optional(initialData),
    paused: flag('Whether the operator leaves this instance alone.'),
    podLabels: Type.Optional(stringMap({ description: 'More labels of the pods.' })),
    podAnnotations: Type.Optional(stringMap({ description: 'Annotations of the pods.' })),
    affinity: Type.Optional(affinity({ description: 'Default: members prefer different nodes.' })),
    tolerations: Type.Optional(
      Type.Array(toleration(), { maxItems: 64, description: 'Taints of nodes that the pods may go to all the same.' }),
    ),
    nodeSelector: Type.Optional(stringMap({ description: 'Labels of the nodes that the pods may go to.' })),
    topologySpreadConstraints: Type.Optional(
      Type.Array(topologySpreadConstraint(), {
        maxItems: 16,
        description: 'Without a labelSelector a constraint is for the pods of this instance.',
      }),
    ),
    priorityClassName: optionalText('PriorityClass of the pods.'),
    serviceAccountName: optionalText("ServiceAccount of the pods. Default: the namespace's; its token is not mounted."),
    terminationGracePeriodSeconds: Type.Optional(
      Type.Integer({ format: 'int64', minimum: 0, description: 'Default 30.' }),
    ),
    podSecurity: Type.Optional(
      oneOf(['restricted', 'restricted-any-user', 'image'], {
        description:
          'restricted: as user 1000 with no rights, which the Pod Security Standard "restricted" accepts. restricted-any-user: the same without fixed ids, for OpenShift, which assigns them. image (default): as the image says, which is root.',
      }),
    ),
    podSecurityContext: Type.Optional(podSecurityContext({ description: 'Laid over what podSecurity gives the pod.' })),
    securityContext: Type.Optional(
      containerSecurityContext({ description: 'Laid over what podSecurity gives the containers.' }),
    ),
    livenessProbe: Type.Optional(probe({ description: 'Replaces the one of the version.' })),
    readinessProbe: Type.Optional(probe({ description: 'Replaces the one of the version.' })),
    startupProbe: Type.Optional(probe({ description: 'Replaces the one of the version.' })),
    podDisruptionBudget: Type.Optional(
      Type.Object(
        {
          enabled: Type.Boolean({ default: true }),
          maxUnavailable: Type.Optional(intOrString()),
        },
        {
          description:
            'How many members may be evicted at once. Default: one, and none of its own for a standalone server.',
        },
      ),
    ),
    overlays: Type.Optional(overlays),
    clusterDomain: optionalText('DNS domain of the Kubernetes cluster. Default cluster.local.'),
    k8sWrapper: Type.Optional(
      Type.Object(
        {
          PodSpec: Type.Optional(
            Type.Object({}, { 'x-kubernetes-preserve-unknown-fields': true, description: 'A PodSpec.' }),
          ),
        },
        { description: 'Laid over the pods of servers and Jobs; lists merge by name.' },
      ),
    ),
  },
  { description: 'What should run.', 'x-kubernetes-validations': specRules },
);

/** `.spec` as the API server stores it, with defaults. */
export type NacosSpec = Static<typeof spec>;
