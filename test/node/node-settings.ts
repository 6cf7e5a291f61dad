import { existsSync } from 'node:fs';
import { clusterDomain } from '../cluster/servers.js';
import { pauseName } from './images/basic.js';
import { dnsAddress, podRange, podRangeOf, registryAddress } from './node-network.js';

/* Settings of the programs of a node. Kubernetes reads JSON wherever it reads YAML. */

type PathOf = (name: string) => string;

/** Version 2 of the file is what containerd 1.6 and 1.7 read, and 2.x migrates. */
export function containerd(file: PathOf): string {
  return `
version = 2
root = "${file('containerd')}"
state = "${file('containerd-state')}"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.nri.v1.nri"]
[grpc]
  address = "${file('containerd.sock')}"
[ttrpc]
  address = "${file('containerd.sock.ttrpc')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseName}"
  # Without CAP_SYS_RESOURCE no process may lower the score; then it is left as it is.
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "${file('registries')}"
[plugins."io.containerd.grpc.v1.cri".containerd]
  # What is unpacked need not be kept a second time.
  discard_unpacked_layers = true
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${['/usr/lib/cni', '/opt/cni/bin'].find((path) => existsSync(path)) ?? '/usr/lib/cni'}"
  conf_dir = "${file('cni')}"
`;
}

/** Whatever the registry's name in an image's: it is asked here. */
export function registries(): string {
  return `server = "${registryAddress}"\n[host."${registryAddress}"]\n  capabilities = ["pull", "resolve"]\n`;
}

export function podNetwork(file: PathOf, index: number): string {
  const addresses = {
    type: 'host-local',
    dataDir: file('addresses'),
    ranges: [[{ subnet: podRangeOf(index) }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [
      { type: 'bridge', bridge: 'pods', isGateway: true, hairpinMode: true, ipam: addresses },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
}

export interface Keys {
  readonly certificate: string;
  readonly key: string;
}

export function kubelet(file: PathOf, address: string, cgroup: string, authority: string, serving: Keys): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address,
    healthzBindAddress: '127.0.0.1',
    containerRuntimeEndpoint: `unix://${file('containerd.sock')}`,
    tlsCertFile: serving.certificate,
    tlsPrivateKeyFile: serving.key,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: authority } },
    authorization: { mode: 'Webhook' },
    // Kubelets refuse version 1 by default since 1.35, and some machines have no other.
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    oomScoreAdj: 0,
    // The machine's disk is not the tests': they neither evict nor delete for it before it is full.
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    makeIPTablesUtilChains: false,
    podLogsDir: file('pod-logs'),
    volumePluginDir: file('volume-plugins'),
    clusterDNS: [dnsAddress],
    clusterDomain,
    resolvConf: file('resolv.conf'),
    nodeStatusUpdateFrequency: '2s',
    // The defaults suit nodes with hundreds of pods; here a changed ConfigMap or a Secret should be seen soon.
    syncFrequency: '10s',
    // A server that a test kills several times should not be away for the usual five minutes.
    crashLoopBackOff: { maxContainerRestartPeriod: '20s' },
    kubeAPIQPS: 50,
  });
}

export function kubeProxy(nodeName: string, address: string, kubeconfig: string): string {
  return JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    nftables: { minSyncPeriod: '100ms', syncPeriod: '30s' },
    clusterCIDR: podRange,
    hostnameOverride: nodeName,
    bindAddress: address,
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
    clientConnection: { kubeconfig },
    // The limit of tracked connections is the machine's; it stays as it is.
    conntrack: { maxPerCore: 0, min: 0 },
  });
}
