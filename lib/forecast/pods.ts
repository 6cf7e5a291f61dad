import { type KubernetesObject, kind, type Stored } from 'cdk8s-reconciler';
import { ApiError, type Client, listAll } from 'cdk8s-reconciler/client';
import { Pod, type StatefulSet } from 'cdk8s-reconciler/kinds';
import { templateText } from '../render/canonical.js';

const ControllerRevision = kind<Revision>('apps/v1', 'ControllerRevision');

/** What the controller of StatefulSets keeps of each template that pods were made with. */
interface Revision extends KubernetesObject {
  readonly data?: { readonly spec?: { readonly template?: unknown } };
}

/** A pod that runs, and the template that it was made with as `templateText` has it. */
export interface RunningPod {
  readonly pod: Stored<Pod>;
  readonly template: string;
}

/** Pods as far as the caller may look at them. */
export interface Pods {
  readonly pods?: readonly RunningPod[];
  /** What is not known of them, and why. */
  readonly unseen: readonly string[];
}

/** The pods of a StatefulSet: some may be of a template from before, as where a change of it was refused. */
export async function podsIn(client: Client, set: Stored<StatefulSet>, token?: string): Promise<Pods> {
  const { namespace } = set.metadata;
  const labels = Object.entries(set.spec?.selector?.matchLabels ?? {});
  const options = { namespace, labelSelector: labels.map(([name, value]) => `${name}=${value}`).join(), token };
  try {
    const [pods, revisions] = await Promise.all([
      listAll(client, Pod, options),
      listAll(client, ControllerRevision, options),
    ]);
    const templates = new Map(revisions.items.map(({ metadata, data }) => [metadata.name, data?.spec?.template]));
    const own = pods.items.filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid),
    );
    return { pods: own.map((pod) => ({ pod, template: templateOf(pod, set, templates) })), unseen: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return { unseen: [`the pods that run, so that they are taken to be up to date: ${error.message}`] };
  }
}

function templateOf(
  { metadata }: Stored<Pod>,
  { spec, status }: Stored<StatefulSet>,
  templates: ReadonlyMap<string, unknown>,
) {
  const revision = metadata.labels?.['controller-revision-hash'] ?? '';
  if (!status?.updateRevision || revision === status.updateRevision) return templateText(spec?.template);
  const former = templates.get(revision);
  return templateText(former ?? { metadata: { name: revision } });
}
