import { Nacos } from '../resource/nacos.js';
import { namedObjects, podFields } from './named-objects.js';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

const name = 'nacos-requesters';
const admission = 'admissionregistration.k8s.io/v1';
const kinds = { secrets: 'a Secret', configmaps: 'a ConfigMap' } as const;
const namespace = 'object.metadata.namespace';

/**
 * Lets a requester have by way of a Nacos only what the requester may have without: servers and operator read Secrets
 * and run pods with rights of their own. `authorizer` asks as the requester (Kubernetes ≥ 1.30,
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy).
 */
export const requesterPolicy: Manifest = {
  apiVersion: admission,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        { apiGroups: [Nacos.group], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [Nacos.plural] },
      ],
    },
    // Labels, annotations and finalizers give nothing away.
    matchConditions: [{ name: 'spec-changes', expression: 'oldObject == null || object.spec != oldObject.spec' }],
    variables: [
      { name: 'secrets', expression: mayRead('secrets') },
      { name: 'configmaps', expression: mayRead('configmaps') },
    ],
    validations: [...namedObjects.map(readable), pods()],
  },
};

export const requesterPolicyBinding: Manifest = {
  apiVersion: admission,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name },
  spec: { policyName: name, validationActions: ['Deny'] },
};

/** Asked once for all, since each question takes a thirtieth of what an admission policy may cost. */
function mayRead(resource: string, object?: string): string {
  const named = object ? `.name(${object})` : '';
  return `authorizer.group('').resource('${resource}').namespace(${namespace})${named}.check('get').allowed()`;
}

function readable({ resource, path }: (typeof namedObjects)[number]) {
  const each = every('object.spec', path.split('.'), (value) => `${value} == '' || ${mayRead(resource, value)}`);
  return {
    expression: `variables.${resource} || (${each})`,
    message: `spec.${path}: names ${kinds[resource]} that you may not read; ask for the right to get it, or have this applied by an account with that right`,
    reason: 'Forbidden',
  };
}

function pods() {
  const given = podFields.map((field) => `has(object.spec.${field})`).join(' || ');
  return {
    expression: `!(${given}) || authorizer.group('').resource('pods').namespace(${namespace}).check('create').allowed()`,
    message: `spec: ${podFields.join(', ')} may only be set by accounts with the right to create pods in this namespace`,
    reason: 'Forbidden',
  };
}

/** Such as `!has(object.spec.env) || object.spec.env.all(e, …)` for `env[]`. */
function every(object: string, [field = '', ...rest]: readonly string[], holds: (value: string) => string): string {
  const isList = field.endsWith('[]');
  const value = `${object}.${field.replace('[]', '')}`;
  const item = isList ? 'item' : value;
  const inner = rest.length > 0 ? every(item, rest, holds) : holds(item);
  return `!has(${value}) || ${isList ? `${value}.all(${item}, ${inner})` : `(${inner})`}`;
}
