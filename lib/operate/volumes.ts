import type { ClusterReader } from 'cdk8s-reconciler';
import { PersistentVolumeClaim } from 'cdk8s-reconciler/kinds';
import { parseQuantity } from 'cdk8s-reconciler/schema';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { storage } from '../render/storage.js';
import type { Instance } from '../resource/resolve.js';

/** The claim of a server. */
export interface ClaimFacts {
  readonly name: string;
  /** What it asks for, such as `10Gi`. */
  readonly requested: string;
  /** What it has. */
  readonly capacity: string;
  /** What it says while it waits for more. */
  readonly waitsFor?: string;
  /** That it may not ask for more. */
  readonly refused?: Refusal;
}

/** Why a claim was not let grow; kept in an annotation of the claim. */
export interface Refusal {
  /** That it was to ask for. */
  readonly size: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

/** Holds a `Refusal` as JSON. */
export const refusalAnnotation = 'nacos.io/expansion-refused';

/** What there is of an instance's volumes. */
export interface VolumeFacts {
  readonly claims: readonly ClaimFacts[];
  /** Whether the StatefulSet has other claim templates than are rendered. The API server does not let anybody change them. */
  readonly outdatedTemplates: boolean;
}

/** What each claim is to ask for, such as `10Gi`; undefined where servers have none. */
export function claimSize(instance: Instance): string | undefined {
  return storage(instance).claims[0]?.spec?.resources?.requests?.storage;
}

/** Asks for the claims of the servers with the numbers 0 to `count` - 1; those that are not there are left out. */
export async function volumeFacts(
  instance: Instance,
  count: number,
  live: StatefulSet | undefined,
  context: ClusterReader,
): Promise<VolumeFacts> {
  const { names, namespace } = instance;
  const { claims } = storage(instance);
  const claimNames = Array.from(
    { length: claims.length * count },
    (_, i) => `${names.claim}-${names.statefulSet}-${i}`,
  );
  const found = await Promise.all(claimNames.map((name) => context.get(PersistentVolumeClaim, name, namespace)));
  return {
    claims: found.flatMap((claim) => (claim ? [claimFacts(claim)] : [])),
    outdatedTemplates: live !== undefined && !sameTemplates(claims, live.spec?.volumeClaimTemplates ?? []),
  };
}

function claimFacts({ metadata, spec, status }: PersistentVolumeClaim): ClaimFacts {
  const waiting = status?.conditions?.find(
    ({ type, status }) => status === 'True' && ['Resizing', 'FileSystemResizePending'].includes(type),
  );
  return {
    name: metadata?.name ?? '',
    requested: spec?.resources?.requests?.storage ?? '0',
    capacity: status?.capacity?.storage ?? '0',
    ...(waiting && { waitsFor: waiting.message || waiting.type }),
    ...refusal(metadata?.annotations?.[refusalAnnotation]),
  };
}

function refusal(annotation = ''): { readonly refused?: Refusal } {
  try {
    return { refused: JSON.parse(annotation) as Refusal };
  } catch {
    return {};
  }
}

/** Claims that are to grow. One that has no volume yet cannot: the API server takes no change of it. */
export function tooSmall(instance: Instance, { claims }: VolumeFacts): ClaimFacts[] {
  const size = claimSize(instance);
  return claims.filter(({ requested, capacity }) => size && capacity !== '0' && isLess(requested, size));
}

export function isLess(size: string, than: string): boolean {
  return (parseQuantity(size) ?? 0) < (parseQuantity(than) ?? 0);
}

/** Whether templates that are there have all that is rendered; the API server adds its defaults. */
export function sameTemplates(
  rendered: readonly PersistentVolumeClaim[],
  live: readonly PersistentVolumeClaim[],
): boolean {
  return rendered.length === live.length && rendered.every((claim, i) => includes(live[i], claim));
}

function includes(live: unknown, rendered: unknown): boolean {
  if (typeof rendered !== 'object' || rendered === null) return live === rendered || sameQuantity(live, rendered);
  if (typeof live !== 'object' || live === null) return false;
  return Object.entries(rendered).every(([key, value]) => includes((live as Record<string, unknown>)[key], value));
}

/** The API server writes 10240Mi as 10Gi. */
function sameQuantity(live: unknown, rendered: unknown): boolean {
  const size = parseQuantity(String(rendered));
  return size !== undefined && size === parseQuantity(String(live));
}
