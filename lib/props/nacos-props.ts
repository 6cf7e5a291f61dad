import type { NacosInitialData } from './initial-data.js';

/** What turns a construct's description into running pods. */
export enum ManagedBy {
  /** A `Nacos` object is written; the operator in the cluster does the rest and keeps doing it. */
  OPERATOR = 'operator',
  /** The workloads themselves are written, for teams that allow a GitOps tool only to act. */
  GITOPS = 'gitops',
}

/** CPU and memory as Kubernetes quantities. */
export interface ComputeQuantities {
  /** Such as `500m` or `1`. */
  readonly cpu?: string;
  /** Such as `2Gi`. */
  readonly memory?: string;
}

/** What a server may use. */
export interface ComputeResources {
  /** What the scheduler sets aside. @default 500m CPU, 2Gi memory */
  readonly requests?: ComputeQuantities;
  /** What it can't go over; half of the memory becomes its heap. @default 1 CPU, 4Gi memory */
  readonly limits?: ComputeQuantities;
}

/** The volume of each server. */
export interface NacosVolume {
  /**
   * Whether there is one; without it the data is lost with the pod.
   *
   * @default true on the embedded database, and on MySQL from 3.3 on
   */
  readonly enabled?: boolean;
  /**
   * Size of each; at least 5Gi for members of a cluster: their Raft log takes 0.9 GB while it is empty.
   *
   * @default 10Gi
   */
  readonly size?: string;
  /** StorageClass. @default the cluster's default class */
  readonly storageClass?: string;
  /** Whether volumes stay when the instance is deleted. @default true */
  readonly retain?: boolean;
}

/** How something is reached from outside the cluster. */
export enum Exposure {
  CLUSTER_IP = 'ClusterIP',
  NODE_PORT = 'NodePort',
  LOAD_BALANCER = 'LoadBalancer',
}

/** How clients outside the cluster reach the servers. */
export interface NacosService {
  /** @default NODE_PORT where `nodePort` is given, else CLUSTER_IP */
  readonly type?: Exposure;
  /**
   * Node port of 8848. That of 9848 is this + 1000: clients compute it.
   *
   * @default the cluster chooses, which clients outside can't use
   */
  readonly nodePort?: number;
  /** Annotations of the Service. @default none */
  readonly annotations?: { readonly [name: string]: string };
}

/** How people reach the console. */
export interface NacosConsole {
  /** @default NODE_PORT where `nodePort` is given, else CLUSTER_IP */
  readonly type?: Exposure;
  /** @default the cluster chooses */
  readonly nodePort?: number;
  /** Annotations of the Service. @default none */
  readonly annotations?: { readonly [name: string]: string };
}

/** How something with a port of its own is reached. */
export interface NacosEndpoint {
  /** @default NODE_PORT where `nodePort` is given, else CLUSTER_IP */
  readonly type?: Exposure;
  /** @default the cluster chooses */
  readonly nodePort?: number;
  /** Annotations of the Service. @default none */
  readonly annotations?: { readonly [name: string]: string };
}

/** What the servers offer on ports of their own, each on a Service of its own; `{}` switches it on. */
export interface NacosEndpoints {
  /** Registry of MCP servers and skills, port 9080, on `<name>-ai`; from 3.2 on. @default off */
  readonly ai?: NacosEndpoint;
  /**
   * Services as names of DNS, port 5353 over UDP and TCP, on `<name>-dns`; from 3.3 on. It asks for no login.
   *
   * @default off
   */
  readonly dns?: NacosEndpoint;
  /** xDS for Envoy and Istio, port 18848, on `<name>-xds`. It asks for no login. @default off */
  readonly xds?: NacosEndpoint;
}

/** Logging in. */
export interface NacosAuthentication {
  /** Whether clients must log in; without it, all who reach a server change what it has. @default true */
  readonly enabled?: boolean;
  /**
   * Secret with the keys `token` (base64 of at least 32 bytes), `identityKey` and `identityValue`.
   *
   * @default `<name>-auth`, which the operator creates; without the operator there is no default
   */
  readonly secretName?: string;
}

/** Props that all Nacos constructs have. */
export interface NacosProps {
  /** Name of the instance and its objects. @default the construct's id */
  readonly name?: string;
  /** @default the chart's namespace */
  readonly namespace?: string;
  /** Labels of the instance. @default none */
  readonly labels?: { readonly [name: string]: string };
  /** Version of Nacos, such as `2.3.2`. @default 3.0.3, or what the tag of `image` says */
  readonly version?: string;
  /** @default nacos/nacos-server of `version` */
  readonly image?: string;
  /** Names of Secrets for pulling images. @default none */
  readonly imagePullSecrets?: string[];
  /** @default OPERATOR */
  readonly managedBy?: ManagedBy;
  /** @default 500m to 1 CPU, 2Gi to 4Gi memory */
  readonly resources?: ComputeResources;
  /** @default 10Gi for each server on the embedded database, and on MySQL from 3.3 on; else none */
  readonly volume?: NacosVolume;
  /** @default reachable in the cluster only */
  readonly service?: NacosService;
  /**
   * A Service of its own for the console.
   *
   * @default none; the client Service has the console's port too while it is of type CLUSTER_IP
   */
  readonly console?: NacosConsole;
  /** What the servers offer on ports of their own. @default none */
  readonly endpoints?: NacosEndpoints;
  /** @default clients must log in */
  readonly authentication?: NacosAuthentication;
  /** Server properties, as in application.properties. @default none */
  readonly config?: { readonly [key: string]: string };
  /** More environment of the servers. @default none */
  readonly env?: { readonly [name: string]: string };
  /** What the servers are filled with before clients are let in. @default nothing */
  readonly initialData?: NacosInitialData;
  /** Whether the servers run as the image's user, root, instead of one without rights. @default false */
  readonly runAsImageUser?: boolean;
  /** DNS domain of the Kubernetes cluster. @default cluster.local */
  readonly clusterDomain?: string;
  /**
   * Fields of the Nacos resource's spec for which these props have no word, such as `tolerations`. They are laid over
   * what the props give: objects merge, lists of items with a name merge by it, `null` takes a field away.
   *
   * @default none
   */
  readonly overrides?: { readonly [field: string]: unknown };
}

/** Props of a `NacosCluster`. */
export interface NacosClusterProps extends NacosProps {
  /** Number of members; odd, so that a majority is left when one fails. @default 3 */
  readonly replicas?: number;
}

/** Props of a `NacosStandalone`. */
export interface NacosStandaloneProps extends NacosProps {}
