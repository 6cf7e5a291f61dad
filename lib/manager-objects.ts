import type { ApiObjectProps } from 'cdk8s';
import { restricted } from 'cdk8s-reconciler/kit';
import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import type { NacosManagerProps } from './props/manager-props.js';

/** Props with every question answered. */
export interface ManagerSettings extends NacosManagerProps {
  readonly name: string;
  readonly namespace: string;
  /** Whether the namespace is one of the objects. */
  readonly ownNamespace: boolean;
  readonly image: string;
  /** The packed program in base64, in parts that fit a ConfigMap. Absent where the image has it. */
  readonly program?: { readonly parts: readonly string[]; readonly checksum: string };
}

type Manifest = ApiObjectProps & { readonly metadata: { readonly name: string } };

const port = 8090;
const folder = '/manager';
const file = 'manager.cjs.gz';
const authority = '/etc/kubernetes-ca';
const certificate = '/etc/tls';

/** Compiled under a file name, so that stack traces say where. */
const loader = [
  "const fs = require('node:fs')",
  `const names = fs.readdirSync('${folder}').filter((name) => name.startsWith('${file}.')).sort()`,
  `const packed = Buffer.concat(names.map((name) => fs.readFileSync('${folder}/' + name)))`,
  "const program = require('node:zlib').gunzipSync(packed).toString()",
  `new (require('node:module'))('${folder}/manager.cjs')._compile(program, '${folder}/manager.cjs')`,
].join('; ');

/** Everything that the service is made of, in the order in which it should be applied. */
export function managerObjects(settings: ManagerSettings): Manifest[] {
  const { name, namespace, ownNamespace, ingress, program } = settings;
  const metadata = { name, namespace, labels: labelsOf(settings) };
  return [
    ...(ownNamespace ? [restrictedNamespace(settings)] : []),
    // Without a role, and its token is not mounted.
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    ...(program?.parts ?? []).map((part, index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, name: partName(name, index) },
      binaryData: { [`${file}.${index}`]: part },
    })),
    deployment(settings),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: selectorOf(settings),
        ports: [{ name: scheme(settings), port: settings.tlsSecretName ? 443 : 80, targetPort: 'web' }],
      },
    },
    networkPolicy(settings),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(settings) } },
    },
    ...(ingress ? [ingressOf(settings, ingress)] : []),
  ];
}

function selectorOf({ name }: ManagerSettings) {
  return { 'app.kubernetes.io/name': name };
}

function labelsOf(settings: ManagerSettings) {
  return { ...selectorOf(settings), 'app.kubernetes.io/component': 'manager' };
}

function partName(name: string, index: number): string {
  return `${name}-program-${index}`;
}

function scheme({ tlsSecretName }: ManagerSettings): 'http' | 'https' {
  return tlsSecretName ? 'https' : 'http';
}

function restrictedNamespace(settings: ManagerSettings): Manifest {
  const labels = { ...labelsOf(settings), 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: settings.namespace, labels } };
}

function deployment(settings: ManagerSettings): Manifest {
  const { name, namespace, replicas = 2, program, imagePullSecrets } = settings;
  const selector = selectorOf(settings);
  const labels = labelsOf(settings);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, ...(program && { annotations: { 'checksum/program': program.checksum } }) },
        spec: restricted({
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })) }),
          topologySpreadConstraints: [
            {
              topologyKey: 'kubernetes.io/hostname',
              maxSkew: 1,
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: selector },
            },
          ],
          containers: [container(settings)],
          volumes: mounts(settings).map(({ name, volume }) => ({ name, ...volume })),
        }),
      },
    },
  };
}

function container(settings: ManagerSettings) {
  const { image, resources, program, tlsSecretName, allowedImages, namespaces, rateLimit, login } = settings;
  const variables: Record<string, string | undefined> = {
    PORT: String(port),
    KUBERNETES_CA_FILE: `${authority}/ca.crt`,
    TLS_DIRECTORY: tlsSecretName && certificate,
    IMAGES: allowedImages?.join(','),
    NAMESPACES: namespaces?.join(','),
    RATE_LIMIT: rateLimit === undefined ? undefined : String(rateLimit),
    OIDC_ISSUER: login?.issuer,
    OIDC_CLIENT_ID: login?.clientId,
    OIDC_SCOPES: login?.scopes,
  };
  const probe = {
    httpGet: { path: '/healthz', port: 'web', scheme: scheme(settings).toUpperCase() },
    timeoutSeconds: 5,
  };
  return {
    name: 'manager',
    image,
    ...(program && { command: ['node', '-e', loader] }),
    env: Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
    ports: [{ name: 'web', containerPort: port }],
    startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 30 },
    livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 2 },
    resources: { ...resources } as ResourceRequirements,
    volumeMounts: mounts(settings).map(({ name, at }) => ({ name, mountPath: at, readOnly: true })),
  };
}

/** What is mounted where. */
function mounts({ name, program, tlsSecretName }: ManagerSettings) {
  const sources = program?.parts.map((_, index) => ({ configMap: { name: partName(name, index) } }));
  return [
    // In every namespace (kube-controller-manager, root-ca-cert-publisher).
    { name: 'kubernetes-ca', at: authority, volume: { configMap: { name: 'kube-root-ca.crt' } } },
    ...(sources ? [{ name: 'program', at: folder, volume: { projected: { sources } } }] : []),
    ...(tlsSecretName ? [{ name: 'tls', at: certificate, volume: { secret: { secretName: tlsSecretName } } }] : []),
  ];
}

/** In come callers; out goes what reaches the Kubernetes API server, by its address: no name has to be looked up. */
function networkPolicy(settings: ManagerSettings): Manifest {
  const { name, namespace } = settings;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: labelsOf(settings) },
    spec: {
      podSelector: { matchLabels: selectorOf(settings) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ protocol: 'TCP', port }] }],
      egress: [{ ports: [443, 6443].map((number) => ({ protocol: 'TCP', port: number })) }],
    },
  };
}

function ingressOf(settings: ManagerSettings, ingress: NonNullable<NacosManagerProps['ingress']>): Manifest {
  const { name, namespace } = settings;
  const { host, className, tlsSecretName, annotations } = ingress;
  const backend = { service: { name, port: { name: scheme(settings) } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, labels: labelsOf(settings), ...(annotations && { annotations: { ...annotations } }) },
    spec: {
      ...(className && { ingressClassName: className }),
      tls: [{ hosts: [host], secretName: tlsSecretName }],
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}
