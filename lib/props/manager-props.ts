import type { ComputeResources } from './nacos-props.js';

/** Where the page and the API are reached from outside the cluster. */
export interface NacosManagerIngress {
  /** Such as `nacos.example.com`. */
  readonly host: string;
  /** @default the cluster's default class */
  readonly className?: string;
  /** Secret with the certificate of `host`. Without one, tokens travel in the clear. */
  readonly tlsSecretName: string;
  /** @default none */
  readonly annotations?: { readonly [name: string]: string };
}

/** Where people log in on the page: an OpenID Connect issuer; the Kubernetes API server accepts its ID tokens. */
export interface NacosManagerLogin {
  /** As in the API server's `--oidc-issuer-url`, such as `https://sso.example.com/realms/ops`. */
  readonly issuer: string;
  /** Public client of the page, with PKCE and without a secret; as in `--oidc-client-id`. */
  readonly clientId: string;
  /** Separated by spaces; what the API server takes names and groups from. @default openid */
  readonly scopes?: string;
}

/** Props of a `NacosManager`. */
export interface NacosManagerProps {
  /** Name of its objects. @default the construct's id */
  readonly name?: string;
  /** @default 2 */
  readonly replicas?: number;
  /** An image that holds the service. @default none: its program is in ConfigMaps and runs in `nodeImage` */
  readonly image?: string;
  /** Image with Node 24 that runs the program. @default node:24-slim */
  readonly nodeImage?: string;
  /** Names of Secrets for pulling images. @default none */
  readonly imagePullSecrets?: string[];
  /** The only images that instances may be created with, each with a version in its tag. @default any */
  readonly allowedImages?: string[];
  /**
   * Where to look for the instances of callers who may not list all namespaces.
   *
   * @default those that the caller may list
   */
  readonly namespaces?: string[];
  /** Requests a minute for each caller. @default 600 */
  readonly rateLimit?: number;
  /**
   * Secret with `tls.crt` and `tls.key`, which the service then uses itself.
   *
   * @default HTTP, for an Ingress that ends TLS
   */
  readonly tlsSecretName?: string;
  /** @default people bring a token */
  readonly login?: NacosManagerLogin;
  /** @default reached inside the cluster only */
  readonly ingress?: NacosManagerIngress;
  /** @default 50m CPU and 128Mi requested, a limit of 256Mi */
  readonly resources?: ComputeResources;
}
