import type { Stored } from 'cdk8s-reconciler';
import type { Deployment } from 'cdk8s-reconciler/kinds';
import { roleName } from 'cdk8s-reconciler/synth';
import { Nacos } from '../resource/nacos.js';
import type { Cluster } from './cluster.js';

/** By the role of its name: people call the Deployment as they like. */
export async function operatorOf(cluster: Cluster): Promise<Stored<Deployment> | undefined> {
  const operators = await cluster.deployments(({ metadata }) => labelOf(metadata, 'component') === 'operator');
  for (const operator of operators) {
    const role = roleName(labelOf(operator.metadata, 'name') ?? '', Nacos);
    const [first] = watchedNamespaces(operator);
    const kind = first ? `namespaces/${first}/roles` : 'clusterroles';
    if (await cluster.get(`/apis/rbac.authorization.k8s.io/v1/${kind}/${role}`)) return operator;
  }
  return undefined;
}

function labelOf(metadata: Deployment['metadata'], part: 'name' | 'component'): string | undefined {
  return metadata?.labels?.[`app.kubernetes.io/${part}`];
}

/** One without a name: all. */
export function watchedNamespaces({ spec }: Deployment): string[] {
  const env = spec?.template.spec?.containers.flatMap((container) => container.env ?? []) ?? [];
  return (env.find(({ name }) => name === 'WATCH_NAMESPACES')?.value ?? '').split(',');
}

/** By its image: the chart, the manifests and users call it as they like. */
export function isOfficial({ spec }: Deployment): boolean {
  const images = spec?.template.spec?.containers.map(({ image = '' }) => image) ?? [];
  return (spec?.replicas ?? 1) > 0 && images.some((image) => /(^|\/)nacos-operator(:|@|$)/.test(image));
}

export function stopCommand({ metadata: { name, namespace } }: Stored<Deployment>): string {
  return `kubectl scale deployment ${name} -n ${namespace} --replicas=0`;
}
