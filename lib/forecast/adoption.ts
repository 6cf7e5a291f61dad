import type { KubernetesObject } from 'cdk8s-reconciler';
import type { Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { otherType, wasApplied } from '../operate/adoption/foreign.js';
import { sameTemplates } from '../operate/volumes/claims.js';
import { renderInstance } from '../render/render.js';
import { schema } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import { type Instance, resolve } from '../resource/resolve.js';
import { differences } from './differences.js';

/** What becomes of an object that another operator has made, or of one that is missing. */
interface AdoptedObject {
  readonly change: 'created' | 'changed' | 'kept';
  readonly kind: string;
  readonly name: string;
  /** Paths that differ; no values, which may be secret. */
  readonly paths: readonly string[];
  /** Why it is kept though it differs. */
  readonly why?: string;
}

/** The children at the size that runs, with the selector that cannot change. */
export function adopted(nacos: NacosObject, live: StatefulSet): readonly KubernetesObject[] {
  const { replicas, selector } = live.spec ?? {};
  const spec = nacos.spec.type === 'cluster' && replicas ? { ...nacos.spec, replicas } : nacos.spec;
  const instance: Instance = resolve({ ...nacos, spec }, selector?.matchLabels);
  return renderInstance(instance, schema(instance), { open: true });
}

/**
 * What an adoption changes of the objects themselves. Pure.
 *
 * @param found the live object with the kind and name of a child, if there is one
 */
export function adoptedObjects(
  children: readonly KubernetesObject[],
  found: (child: KubernetesObject) => KubernetesObject | undefined,
): AdoptedObject[] {
  return children.map((child) => {
    const { kind = '', metadata: { name = '' } = {} } = child;
    const live = found(child);
    if (!live) return { change: 'created', kind, name, paths: [] };
    const why = kind === 'Service' ? otherType((child as Service).spec, live as Service) : undefined;
    if (why && !wasApplied(live)) return { change: 'kept', kind, name, paths: [], why };
    // Of all else what another operator has set stays, and what is rendered is added.
    const whole = kind === 'StatefulSet';
    const paths = differences(contentOf(live), contentOf(withClaims(child, live))).flatMap(({ path, from, to }) =>
      (to === undefined && (!whole || isDefault(path, from))) || sameText(from, to) ? [] : [path],
    );
    return { change: paths.length > 0 && !wasApplied(live) ? 'changed' : 'kept', kind, name, paths };
  });
}

/** Claim templates cannot change, and stay where they have all that is rendered. */
function withClaims(child: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const [rendered, there] = [(child as StatefulSet).spec, (live as StatefulSet).spec];
  const { volumeClaimTemplates } = there ?? {};
  const stay = rendered && sameTemplates(rendered.volumeClaimTemplates ?? [], volumeClaimTemplates ?? []);
  const kept: StatefulSet = { ...(child as StatefulSet), spec: { ...rendered!, volumeClaimTemplates } };
  return child.kind === 'StatefulSet' && stay ? kept : child;
}

function contentOf(object: KubernetesObject): object {
  const {
    apiVersion: _,
    kind: _kind,
    metadata,
    status: _status,
    ...rest
  } = object as KubernetesObject & {
    status?: unknown;
  };
  // Labels that another operator has given its own objects stay with it.
  return { ...rest, metadata: { labels: metadata?.labels } };
}

/** What the API server adds to a StatefulSet that does not say it (kubernetes: pkg/apis/apps/v1/defaults.go). */
const defaults: Readonly<Record<string, unknown>> = {
  revisionHistoryLimit: 10,
  imagePullPolicy: undefined,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  terminationGracePeriodSeconds: 30,
  defaultMode: 420,
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  status: undefined,
  volumeMode: 'Filesystem',
  whenDeleted: 'Retain',
};

function isDefault(path: string, value: unknown): boolean {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return isEmpty || (name in defaults && [undefined, value].includes(defaults[name]));
}

function sameText(from: unknown, to: unknown): boolean {
  return typeof from !== 'object' && typeof to !== 'object' && String(from) === String(to);
}
