import type { Construct } from 'constructs';
import type { Controller } from '../controller.js';

/** Quantities by resource name, such as `{ cpu: '100m', memory: '96Mi' }`. */
export interface Quantities {
  readonly [resource: string]: string;
}

export interface OperatorResources {
  /** @default cpu 50m, memory 96Mi */
  readonly requests?: Quantities;
  /** @default memory 256Mi; no limit of the CPU, because a throttled leader loses its Lease */
  readonly limits?: Quantities;
}

export interface OperatorToleration {
  readonly key?: string;
  /** @default Equal */
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  /** @default all effects */
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export interface OperatorProps {
  /** What the operator runs. Its permissions are derived from their `owns` and `reads`. */
  readonly controllers: readonly Controller[];
  /**
   * Absolute path of the file that calls `run()`. It is bundled by esbuild when the manifests are rendered, or taken as
   * it is if it is a finished bundle (`.cjs`, or `.cjs.gz` which is read sooner), and travels in a ConfigMap. Required
   * unless `image` is given.
   */
  readonly entry?: string;
  /**
   * Where the Deployment and the ConfigMap with its program go, such as a chart of their own: they change with every
   * build, everything else only with the declaration. Apply it last.
   *
   * @default the construct itself
   * @example
   *
   * programScope: new Chart(app, '20-operator-program'),
   */
  readonly programScope?: Construct;
  /**
   * An image that starts the operator by itself, instead of `entry`.
   *
   * @default none: `nodeImage` runs the bundle of `entry`
   */
  readonly image?: string;
  /** The image that runs the bundle of `entry`: any with `node` 20.19 or newer on its path. @default node:24-slim */
  readonly nodeImage?: string;
  /**
   * Registry to pull from, such as `harbor.example.com/mirror`; replaces the one in the image's name.
   *
   * @default as the image says
   */
  readonly imageRegistry?: string;
  /** Names of Secrets with the registry's credentials, in the operator's namespace. @default none */
  readonly imagePullSecrets?: readonly string[];
  /**
   * Name of every object that belongs to the operator: a DNS label of at most 40 characters.
   *
   * @default the id of the construct
   */
  readonly name?: string;
  /** @default 2, or 1 without `ha` */
  readonly replicas?: number;
  /** Replicas elect a leader on a Lease, and a PodDisruptionBudget keeps all but one of them. @default true */
  readonly ha?: boolean;
  /** The only namespaces to watch and to have permissions in. @default all namespaces */
  readonly watchNamespaces?: readonly string[];
  /**
   * A ValidatingAdmissionPolicy for the operator's own user: it writes only what objects of its controllers own and
   * what `permissions` allow, Secrets only of type Opaque, nothing in `kube-*` and not its own program. Needs
   * Kubernetes ≥ 1.30.
   *
   * @default true
   */
  readonly writePolicy?: boolean;
  readonly resources?: OperatorResources;
  /** @default the cluster's default priority */
  readonly priorityClassName?: string;
  /** Labels that a node must have. @default any node */
  readonly nodeSelector?: { readonly [label: string]: string };
  /** @default none */
  readonly tolerations?: readonly OperatorToleration[];
  /** Further environment variables. Values end up in the manifest in plain text: no secrets. @default none */
  readonly env?: { readonly [name: string]: string };
  /** @default info */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /**
   * The only TCP ports the operator may connect to, DNS aside. Must include the API server's own port (often 6443),
   * which differs from one cluster to the next: hence no default that closes it.
   * @default all
   */
  readonly egressPorts?: readonly number[];
}
