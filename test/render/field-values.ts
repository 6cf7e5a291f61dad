/** A spec, or a part of one. */
export type Json = { readonly [name: string]: unknown };

/** Fields of which the children show nothing, and who does. */
export const elsewhere: readonly (readonly [field: RegExp, where: string])[] = [
  [/^paused$/, 'the loop, which does nothing: test/cluster/membership.test.ts'],
  [/^initialData\./, 'the servers themselves: test/cluster/initial-data.test.ts'],
  [
    /^overlays\.\w+\.spec\.(selector|manualSelector|type|clusterIPs?|publishNotReadyAddresses)$/,
    'none, see rejected.ts',
  ],
];

const mysql: Json = { database: { type: 'mysql', mysqlHost: 'db' } };
const cluster: Json = { type: 'cluster' };
const volume: Json = { volume: { enabled: true } };
const wrapper = (podSpec: Json): Json => ({ k8sWrapper: { PodSpec: podSpec } });

/** What must be around a field so that it counts; by the longest path that a field begins with. */
export const surroundings: Readonly<Record<string, Json>> = {
  type: mysql,
  replicas: cluster,
  mysqlInitImage: mysql,
  database: mysql,
  'database.credentialsSecret': { database: { type: 'mysql', mysqlHost: 'db', credentialsSecret: { name: 'login' } } },
  'database.type': { database: { mysqlHost: 'db' } },
  'env.0.valueFrom': { env: { 0: { name: 'some-name' } } },
  'env.0.valueFrom.fileKeyRef': {
    env: { 0: { name: 'some-name' } },
    ...wrapper({ volumes: [{ name: 'some-value', emptyDir: {} }] }),
  },
  'certification.secretName': { certification: { enabled: true } },
  'certification.token': { certification: { enabled: true } },
  'volume.requests': volume,
  'volume.storageClass': volume,
  'volume.retain': volume,
  'service.nodePorts': { service: { nodePorts: { http: 30848 } } },
  'service.loadBalancer': { service: { type: 'LoadBalancer' } },
  'service.externalTrafficPolicy': { service: { type: 'LoadBalancer' } },
  'console.loadBalancer': { console: { type: 'LoadBalancer' } },
  'console.externalTrafficPolicy': { console: { type: 'LoadBalancer' } },
  ...Object.fromEntries(
    ['ai', 'dns', 'xds'].flatMap((name) =>
      ['loadBalancer', 'externalTrafficPolicy'].map((field) => [
        `endpoints.${name}.${field}`,
        { endpoints: { [name]: { type: 'LoadBalancer' } } },
      ]),
    ),
  ),
  // Clients are let in at once.
  networkPolicy: { version: '2.3.2' },
  podDisruptionBudget: cluster,
  'overlays.podDisruptionBudget': { type: 'cluster', podDisruptionBudget: { enabled: true } },
  'overlays.configMaps': cluster,
  'overlays.secrets': mysql,
  'overlays.job': mysql,
  'podDisruptionBudget.maxUnavailable': { type: 'cluster', podDisruptionBudget: { enabled: true } },
  clusterDomain: cluster,
  'resources.claims': wrapper({ resourceClaims: [{ name: 'some-value', resourceClaimName: 'some-claim' }] }),
  'securityContext.procMount': wrapper({ hostUsers: false }),
};

/** Values that Kubernetes takes, where the schema does not say enough. */
export const values: readonly (readonly [field: RegExp, value: unknown, other?: unknown])[] = [
  [/^type$/, 'cluster', 'standalone'],
  [/^replicas$/, 5, 3],
  [/^version$/, '2.3.1', '2.3.0'],
  [/^image$/, 'harbor.cloud.io/nacos/nacos-server:v2.3.2', 'harbor.cloud.io/nacos/nacos-server:v2.3.1'],
  [/^function_mode$/, 'naming', 'config'],
  [/^database\.type$/, 'mysql', 'embedded'],
  [/^database\.mysqlPort$/, '3307', '3308'],
  [/^database\.schema$/, 'External', 'Managed'],
  [/^volume\.requests$/, { storage: '20Gi' }, { storage: '30Gi' }],
  [/^config$/, 'some.key=some-value', 'some.key=another'],
  [/^certification\.token$/, Buffer.alloc(48, 'a').toString('base64'), Buffer.alloc(48, 'b').toString('base64')],
  [/^certification\.token_expire_seconds$/, '60', '70'],
  // Of a volume of the pod's, which is around it.
  [/fileKeyRef\.volumeName$/, 'some-value', 'some-value'],
  [/fieldRef\.apiVersion$/, 'v1', 'v1'],
  [/fieldRef\.fieldPath$/, 'metadata.name', 'metadata.namespace'],
  [/resourceFieldRef\.resource$/, 'limits.memory', 'requests.memory'],
  [/resourceFieldRef\.divisor$/, '1Mi', '1Gi'],
  [/^resources\.limits$/, { memory: '3Gi' }, { memory: '4Gi' }],
  [/^resources\.requests$/, { memory: '1Gi' }, { memory: '2Gi' }],
  // Of a container's claim and of the pod's, which is around it.
  [/^resources\.claims\.0\.name$/, 'some-value', 'some-value'],
  [/^service\.type$/, 'LoadBalancer', 'ClusterIP'],
  [/^(console|endpoints\.\w+)\.type$/, 'NodePort', 'ClusterIP'],
  // But for the second, of those that the API server never gives by chance as long as it has others.
  [/^service\.nodePorts\.http$/, 30062, 30063],
  [/^service\.nodePorts\.grpc$/, 31062, 31063],
  [/^console\.nodePort$/, 30060, 30061],
  [/^endpoints\.ai\.nodePort$/, 30068, 30069],
  [/^endpoints\.dns\.nodePort$/, 30064, 30065],
  [/^endpoints\.xds\.nodePort$/, 30066, 30067],
  [/\.loadBalancerIP$/, '192.0.2.7', '192.0.2.8'],
  [/\.loadBalancerSourceRanges$/, ['192.0.2.0/24'], ['198.51.100.0/24']],
  [/\.externalTrafficPolicy$/, 'Local', 'Cluster'],
  [/matchFields\.0\.key$/, 'metadata.name', 'metadata.name'],
  [/match(Expressions|Fields)\.0\.operator$/, 'In', 'NotIn'],
  [/\.matchLabelKeys$/, ['one'], ['two']],
  [/\.mismatchLabelKeys$/, ['three'], ['four']],
  [/^tolerations\.0\.effect$/, 'NoExecute', 'NoExecute'],
  [/^tolerations\.0\.operator$/, 'Equal', 'Equal'],
  [/\.nodeAffinityPolicy$/, 'Ignore', 'Honor'],
  [/\.nodeTaintsPolicy$/, 'Honor', 'Ignore'],
  [/\.whenUnsatisfiable$/, 'DoNotSchedule', 'DoNotSchedule'],
  [/^podSecurity$/, 'restricted', 'image'],
  [/(appArmorProfile|seccompProfile)\.type$/, 'Localhost', 'Localhost'],
  [/\.fsGroupChangePolicy$/, 'OnRootMismatch', 'Always'],
  [/\.seLinuxChangePolicy$/, 'Recursive', 'MountOption'],
  [/\.supplementalGroupsPolicy$/, 'Strict', 'Merge'],
  [/sysctls\.0\.name$/, 'net.core.somaxconn', 'kernel.shm_rmid_forced'],
  [/sysctls\.0\.value$/, '1', '0'],
  // True takes a pod in the host's network.
  [/windowsOptions\.hostProcess$/, false, false],
  [/\.procMount$/, 'Unmasked', 'Default'],
  // Kubernetes has no other for these two.
  [/^(liveness|startup)Probe\.successThreshold$/, 1, 1],
  [/\.scheme$/, 'HTTPS', 'HTTP'],
  [/^networkPolicy\.enabled$/, false, true],
  // Each holds both of the exceptions.
  [/ipBlock\.cidr$/, '192.0.2.0/24', '192.0.0.0/16'],
  [/ipBlock\.except$/, ['192.0.2.0/28'], ['192.0.2.16/28']],
  [/^podDisruptionBudget\.enabled$/, false, true],
  [/^volume\.retain$/, false, true],
  // What is laid over the same key hides it.
  [/^overlays\..*\.(labels|annotations)$/, { 'over-key': 'some-value' }, { 'over-key': 'another' }],
  [/^k8sWrapper\.PodSpec$/, { shareProcessNamespace: true }, { shareProcessNamespace: false }],
];
