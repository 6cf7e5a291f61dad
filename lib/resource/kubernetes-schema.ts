import type { ObjectOptions, TProperties, TSchema } from '@sinclair/typebox';
import * as Type from '@sinclair/typebox/type';

// Schemas of the Kubernetes types that a Nacos embeds beside those of cdk8s-reconciler/schema
// (k8s.io/api/core/v1/types.go). Limits on lists keep the cost of CEL rules in bounds.

const text = (maxLength = 1024) => Type.Optional(Type.String({ maxLength }));
const integer = (minimum?: number) =>
  Type.Optional(Type.Integer({ format: 'int32', ...(minimum !== undefined && { minimum }) }));
const flag = () => Type.Optional(Type.Boolean());
const list = <T extends TSchema>(items: T, maxItems = 64) => Type.Array(items, { maxItems });
const some = <T extends TProperties>(properties: T, options: ObjectOptions = {}) =>
  Type.Optional(Type.Object(properties, options));

export const intOrString = () =>
  Type.Unsafe<number | string>(Type.Union([Type.Integer(), Type.String()], { 'x-kubernetes-int-or-string': true }));

export const stringMap = (options: ObjectOptions = {}) =>
  Type.Record(Type.String(), Type.String({ maxLength: 4096 }), { maxProperties: 64, ...options });

export const localObjectReference = () => Type.Object({ name: Type.String({ default: '', maxLength: 253 }) });

export const toleration = () =>
  Type.Object({
    effect: text(),
    key: text(),
    operator: text(),
    tolerationSeconds: Type.Optional(Type.Integer({ format: 'int64' })),
    value: text(),
  });

const labelSelector = () =>
  some({
    matchExpressions: Type.Optional(
      list(Type.Object({ key: Type.String(), operator: Type.String(), values: Type.Optional(list(Type.String())) })),
    ),
    matchLabels: Type.Optional(stringMap()),
  });

const cidr = () => Type.String({ pattern: '^[0-9a-fA-F:.]+/[0-9]{1,3}$', maxLength: 64 });

/** Pods or addresses that may connect (k8s.io/api/networking/v1/types.go). */
export const networkPolicyPeer = (options: ObjectOptions) =>
  Type.Object(
    {
      ipBlock: Type.Optional(
        Type.Object({
          cidr: cidr(),
          except: Type.Optional(list(cidr())),
        }),
      ),
      namespaceSelector: labelSelector(),
      podSelector: labelSelector(),
    },
    options,
  );

const nodeSelectorTerm = () => {
  const requirements = () =>
    Type.Optional(
      list(Type.Object({ key: Type.String(), operator: Type.String(), values: Type.Optional(list(Type.String())) })),
    );
  return Type.Object({ matchExpressions: requirements(), matchFields: requirements() });
};

const podAffinityTerm = () =>
  Type.Object({
    labelSelector: labelSelector(),
    matchLabelKeys: Type.Optional(list(Type.String())),
    mismatchLabelKeys: Type.Optional(list(Type.String())),
    namespaceSelector: labelSelector(),
    namespaces: Type.Optional(list(Type.String())),
    topologyKey: Type.String(),
  });

const podAffinity = () =>
  some({
    preferredDuringSchedulingIgnoredDuringExecution: Type.Optional(
      list(Type.Object({ podAffinityTerm: podAffinityTerm(), weight: Type.Integer({ format: 'int32' }) })),
    ),
    requiredDuringSchedulingIgnoredDuringExecution: Type.Optional(list(podAffinityTerm())),
  });

export const affinity = (options: ObjectOptions) =>
  Type.Object(
    {
      nodeAffinity: some({
        preferredDuringSchedulingIgnoredDuringExecution: Type.Optional(
          list(Type.Object({ preference: nodeSelectorTerm(), weight: Type.Integer({ format: 'int32' }) })),
        ),
        requiredDuringSchedulingIgnoredDuringExecution: some({ nodeSelectorTerms: list(nodeSelectorTerm()) }),
      }),
      podAffinity: podAffinity(),
      podAntiAffinity: podAffinity(),
    },
    options,
  );

export const topologySpreadConstraint = () =>
  Type.Object({
    labelSelector: labelSelector(),
    matchLabelKeys: Type.Optional(list(Type.String())),
    maxSkew: Type.Integer({ format: 'int32', minimum: 1 }),
    minDomains: integer(1),
    nodeAffinityPolicy: text(),
    nodeTaintsPolicy: text(),
    topologyKey: Type.String(),
    whenUnsatisfiable: Type.String(),
  });

export const probe = (options: ObjectOptions) =>
  Type.Object(
    {
      exec: some({ command: Type.Optional(list(Type.String())) }),
      failureThreshold: integer(),
      grpc: some({ port: Type.Integer({ format: 'int32' }), service: text() }),
      httpGet: some({
        host: text(),
        httpHeaders: Type.Optional(list(Type.Object({ name: Type.String(), value: Type.String() }))),
        path: text(),
        port: intOrString(),
        scheme: text(),
      }),
      initialDelaySeconds: integer(),
      periodSeconds: integer(),
      successThreshold: integer(),
      tcpSocket: some({ host: text(), port: intOrString() }),
      terminationGracePeriodSeconds: Type.Optional(Type.Integer({ format: 'int64' })),
      timeoutSeconds: integer(),
    },
    options,
  );

const seLinuxOptions = () => some({ level: text(), role: text(), type: text(), user: text() });
const profile = () => some({ localhostProfile: text(), type: Type.String() });
const windowsOptions = () =>
  some({
    gmsaCredentialSpec: text(131072),
    gmsaCredentialSpecName: text(),
    hostProcess: flag(),
    runAsUserName: text(),
  });
const id = () => Type.Optional(Type.Integer({ format: 'int64' }));

export const podSecurityContext = (options: ObjectOptions) =>
  Type.Object(
    {
      appArmorProfile: profile(),
      fsGroup: id(),
      fsGroupChangePolicy: text(),
      runAsGroup: id(),
      runAsNonRoot: flag(),
      runAsUser: id(),
      seLinuxChangePolicy: text(),
      seLinuxOptions: seLinuxOptions(),
      seccompProfile: profile(),
      supplementalGroups: Type.Optional(list(Type.Integer({ format: 'int64' }))),
      supplementalGroupsPolicy: text(),
      sysctls: Type.Optional(list(Type.Object({ name: Type.String(), value: Type.String() }))),
      windowsOptions: windowsOptions(),
    },
    options,
  );

export const containerSecurityContext = (options: ObjectOptions) =>
  Type.Object(
    {
      allowPrivilegeEscalation: flag(),
      appArmorProfile: profile(),
      capabilities: some({ add: Type.Optional(list(Type.String())), drop: Type.Optional(list(Type.String())) }),
      privileged: flag(),
      procMount: text(),
      readOnlyRootFilesystem: flag(),
      runAsGroup: id(),
      runAsNonRoot: flag(),
      runAsUser: id(),
      seLinuxOptions: seLinuxOptions(),
      seccompProfile: profile(),
      windowsOptions: windowsOptions(),
    },
    options,
  );
