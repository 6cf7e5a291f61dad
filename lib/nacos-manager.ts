import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ImageRegistry } from './image-registry.js';
import { type ManagerSettings, managerObjects } from './manager-objects.js';
import type { ComputeResources } from './nacos-props.js';
import { defaultNodeImage } from './operate/node-image.js';
import { programFile } from './program-file.js';
import { overlay } from './render/overlay.js';

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

/** Where people log in on the page: an OpenID Connect issuer whose ID tokens the Kubernetes API server accepts. */
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
  /** Where to look for the instances of callers who may not list all namespaces. @default those that the caller may list */
  readonly namespaces?: string[];
  /** Requests a minute for each caller. @default 600 */
  readonly rateLimit?: number;
  /** Secret with `tls.crt` and `tls.key`, which the service then uses itself. @default HTTP, for an Ingress that ends TLS */
  readonly tlsSecretName?: string;
  /** @default people bring a token */
  readonly login?: NacosManagerLogin;
  /** @default reached inside the cluster only */
  readonly ingress?: NacosManagerIngress;
  /** @default 50m CPU and 128Mi requested, a limit of 256Mi */
  readonly resources?: ComputeResources;
}

/**
 * The management API and its page. It has no rights of its own: whoever calls brings a token of the Kubernetes API server. It lives in the
 * namespace of its chart; in a chart without one it brings a Namespace of its own name.
 */
export class NacosManager extends Construct {
  /** Namespace that the service lives in. */
  public readonly namespace: string;
  /** Name of its Service. */
  public readonly serviceName: string;

  /** @throws Error naming the prop that can't be */
  public constructor(scope: Construct, id: string, props: NacosManagerProps = {}) {
    super(scope, id);
    const name = props.name ?? id;
    if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name))
      throw new Error(
        `${this.node.path} (NacosManager): name: ${JSON.stringify(name)}: use at most 40 small letters, digits and dashes`,
      );
    if (props.login && !props.login.issuer.startsWith('https://'))
      throw new Error(
        `${this.node.path} (NacosManager): login.issuer: ${JSON.stringify(props.login.issuer)}: has to start with https://, as the API server asks of it`,
      );
    const chartNamespace = Chart.of(this).namespace;
    const quotas = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } };
    const program = props.image ? undefined : readFileSync(programFile('manager'));
    const settings: ManagerSettings = {
      ...props,
      name,
      namespace: chartNamespace ?? name,
      ownNamespace: !chartNamespace,
      image: ImageRegistry.resolve(this, props.image ?? props.nodeImage ?? defaultNodeImage),
      resources: overlay(quotas, props.resources ?? {}),
      ...(program && { program: { ...parts(program), checksum: createHash('sha256').update(program).digest('hex') } }),
    };
    this.namespace = settings.namespace;
    this.serviceName = name;
    for (const object of managerObjects(settings))
      new ApiObject(this, `${object.kind}-${object.metadata.name}`, object);
  }
}

/** Base64 characters in a ConfigMap: `kubectl apply` keeps the object in an annotation, of which 256 KiB are allowed. */
const partSize = 190 * 1024;

function parts(program: Buffer): { readonly parts: readonly string[] } {
  // Whole groups of four, so that each part decodes by itself.
  const content = program.toString('base64');
  return { parts: content.match(new RegExp(`.{1,${partSize}}`, 'g')) ?? [] };
}
