import { lackingFields, type PolicyRule, policyRules } from 'cdk8s-reconciler/synth';
import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import type { StorageClassList } from 'kubernetes-types/storage/v1.js';
import { requesterPolicy, requesterPolicyBinding } from '../admission/policy.js';
import { nacos } from '../operate/controller.js';
import { Nacos } from '../resource/nacos.js';
import type { Cluster } from './cluster.js';
import { UserError } from './manifests.js';
import { isOfficial, operatorOf, stopCommand, watchedNamespaces } from './operators.js';
import type { Output } from './output.js';
import { table } from './table.js';

interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'missing' | 'not known';
  /** What is there, or what to do. */
  readonly message: string;
}

type Result = Omit<Finding, 'check'>;

const ok = (message: string): Result => ({ state: 'ok', message });
const missing = (message: string): Result => ({ state: 'missing', message });

const checks: Readonly<Record<string, (cluster: Cluster) => Promise<Result>>> = {
  'API server': version,
  definition,
  operator: running,
  'rights of the operator': rights,
  'another operator': rival,
  'admission policy': policy,
  StorageClass: storageClass,
};

/** What a cluster lacks for the operator to work. */
export async function doctor(cluster: Cluster): Promise<Output> {
  const findings: Finding[] = [];
  for (const [check, judge] of Object.entries(checks)) findings.push({ check, ...(await judged(judge, cluster)) });
  const rows = findings.map(({ check, state, message }) => ({ check, state, message }));
  return { text: table(rows), data: findings, failed: findings.some(({ state }) => state === 'missing') };
}

/** What the caller may not look at is not known, and no reason to stop. */
async function judged(judge: (cluster: Cluster) => Promise<Result>, cluster: Cluster): Promise<Result> {
  try {
    return await judge(cluster);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { state: 'not known', message: error.message };
  }
}

async function version(cluster: Cluster): Promise<Result> {
  const answer = await cluster.get<{ gitVersion: string }>('/version');
  return ok(`Kubernetes ${answer?.gitVersion}`);
}

async function definition(cluster: Cluster): Promise<Result> {
  const install = 'kubectl apply --server-side -f dist/00-crds.k8s.yaml';
  const name = Nacos.definition.metadata?.name;
  const found = await cluster.get<CustomResourceDefinition>(
    `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
  );
  if (!found) return missing(`${name} is not there: ${install}`);
  const schema = ({ spec }: Pick<CustomResourceDefinition, 'spec'>) =>
    spec.versions.find((one) => one.name === Nacos.version)?.schema?.openAPIV3Schema;
  const served = schema(found);
  if (!served) return missing(`${name} has no version ${Nacos.version}: ${install}`);
  const lacks = lackingFields(schema(Nacos.definition as CustomResourceDefinition)!, served);
  if (lacks.length === 0) return ok(`${name} has all fields of this release`);
  const more = lacks.length > 3 ? ` and ${lacks.length - 3} more` : '';
  return missing(`${name} is of another release: it lacks ${lacks.slice(0, 3).join(', ')}${more}: ${install}`);
}

async function running(cluster: Cluster): Promise<Result> {
  const operator = await operatorOf(cluster);
  if (!operator)
    return missing('no Deployment of it: kubectl apply -f dist/10-operator.k8s.yaml and what is beside it');
  const { metadata, spec, status } = operator;
  const [ready, wanted] = [status?.availableReplicas ?? 0, spec?.replicas ?? 1];
  const where = `Deployment ${metadata.name} in ${metadata.namespace}: ${ready} of ${wanted} available`;
  return ready > 0 ? ok(where) : missing(`${where}: kubectl describe pods -n ${metadata.namespace}`);
}

/** By what it may do: whether its roles are of this release. */
async function rights(cluster: Cluster): Promise<Result> {
  const operator = await operatorOf(cluster);
  if (!operator) return { state: 'not known', message: 'there is no operator' };
  const { name, namespace = '' } = operator.metadata;
  const user = `system:serviceaccount:${namespace}:${operator.spec?.template.spec?.serviceAccountName ?? name}`;
  const { namespaced, cluster: global } = policyRules(nacos);
  const questions = [...watchedNamespaces(operator).flatMap((one) => asked(namespaced, one)), ...asked(global, '')];
  const refused: string[] = [];
  for (const resourceAttributes of questions) {
    const answer = await cluster.review<{ status: { allowed: boolean } }>(
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups: [`system:serviceaccounts:${namespace}`, 'system:authenticated'], resourceAttributes },
      },
    );
    if (!answer?.status.allowed) refused.push(`${resourceAttributes.verb} ${resourceAttributes.resource}`);
  }
  if (refused.length === 0) return ok(`${user} may do all that it needs`);
  return missing(`${user} may not ${refused.join(', ')}: kubectl apply -f dist/10-operator.k8s.yaml`);
}

function asked(rules: readonly PolicyRule[], namespace: string) {
  return rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [''] }) =>
    resources.flatMap((path) => {
      const [resource, subresource = ''] = path.split('/');
      return verbs.map((verb) => ({
        group: apiGroups[0],
        resource,
        subresource,
        verb,
        namespace,
        name: resourceNames[0],
      }));
    }),
  );
}

async function rival(cluster: Cluster): Promise<Result> {
  const rivals = await cluster.deployments(isOfficial);
  if (rivals.length === 0) return ok('none');
  return missing(`the official operator writes the same objects; stop it: ${rivals.map(stopCommand).join('; ')}`);
}

async function policy(cluster: Cluster): Promise<Result> {
  const apply = 'kubectl apply -f dist/05-admission.k8s.yaml (Kubernetes 1.30 or newer)';
  for (const { kind, metadata } of [requesterPolicy, requesterPolicyBinding]) {
    const plural = kind === requesterPolicy.kind ? 'validatingadmissionpolicies' : 'validatingadmissionpolicybindings';
    const found = await cluster.get(`/apis/admissionregistration.k8s.io/v1/${plural}/${metadata.name}`);
    if (!found)
      return missing(
        `${kind} ${metadata.name}: without it a requester may have Secrets read by way of a Nacos: ${apply}`,
      );
  }
  return ok(`${requesterPolicy.metadata.name} holds for requesters`);
}

async function storageClass(cluster: Cluster): Promise<Result> {
  const { items } = (await cluster.get<StorageClassList>('/apis/storage.k8s.io/v1/storageclasses')) ?? { items: [] };
  const isDefault = 'storageclass.kubernetes.io/is-default-class';
  const found = items.find(({ metadata }) => metadata?.annotations?.[isDefault] === 'true');
  if (!found) return missing('no default one: name one in spec.volume.storageClass, or volumes stay Pending');
  const grows = found.allowVolumeExpansion ? 'volumes can grow' : 'volumes cannot grow (allowVolumeExpansion)';
  return ok(`${found.metadata?.name}: ${grows}`);
}
