import type { ClusterReader, Stored } from 'cdk8s-reconciler';
import { Nacos, type NacosObject } from '../../resource/nacos.js';
import type { Observed, ObservedAdoption } from '../observed.js';
import { hasForeignPods, isForeign } from './foreign.js';

/** Name under which this operator writes. */
const fieldManager = 'nacos.nacos.io';

/**
 * What is known of the operator that made the children: whether it still writes the status of the Nacos, as the
 * official one does whenever that changes (nacos_controller.go).
 */
export async function observeAdoption(
  nacos: NacosObject,
  { members, statefulSet }: Pick<Observed, 'members' | 'statefulSet'>,
  context: Pick<ClusterReader, 'get'>,
  rivalry: Rivalry,
): Promise<ObservedAdoption | undefined> {
  const foreign = isForeign(statefulSet, nacos);
  if (!foreign && !hasForeignPods({ members })) return undefined;
  const { name, namespace, uid = '' } = nacos.metadata;
  return { foreign, ...rivalry.seen(uid, otherWriters(await context.get(Nacos, name, namespace))) };
}

function otherWriters(live: Stored | undefined): StatusWriter[] {
  const entries = live?.metadata.managedFields ?? [];
  return entries.flatMap(({ manager = '', subresource, time }) =>
    subresource === 'status' && manager !== fieldManager && time ? [{ manager, time: String(time) }] : [],
  );
}

/** Milliseconds. Another operator answers each status that this one writes, within moments. */
const answersWithin = 10_000;
const stopsAfter = 60_000;
const forgottenAfter = 600_000;

/** A field manager of the status, and when it wrote that last, in RFC 3339. */
interface StatusWriter {
  readonly manager: string;
  readonly time: string;
}

interface Watched {
  readonly since: number;
  last: number;
  /** The latest write of each other manager. */
  readonly times: Map<string, string>;
  rival?: { readonly manager: string; readonly at: number };
}

/**
 * Whether another operator still writes the status of a Nacos: it does so after a look. What one of the two writes may
 * erase all that shows the other, so that it takes more than one look; another process begins from zero, and nothing is
 * done too early.
 */
export class Rivalry {
  private readonly watched = new Map<string, Watched>();

  /** @param now milliseconds of a clock that only goes on */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * @param uid of the Nacos
   * @param writers others than this operator
   */
  seen(uid: string, writers: readonly StatusWriter[]): { readonly looked: boolean; readonly rival?: string } {
    const now = this.now();
    for (const [known, { last }] of this.watched) if (now - last > forgottenAfter) this.watched.delete(known);
    const before = this.watched.get(uid);
    const found: Watched = before ?? { since: now, last: now, times: new Map() };
    this.watched.set(uid, found);
    found.last = now;
    for (const { manager, time } of writers) {
      if (before && time > (found.times.get(manager) ?? '')) found.rival = { manager, at: now };
      found.times.set(manager, time);
    }
    const { rival, since } = found;
    return {
      looked: now - since >= answersWithin,
      ...(rival && now - rival.at < stopsAfter && { rival: rival.manager }),
    };
  }
}
