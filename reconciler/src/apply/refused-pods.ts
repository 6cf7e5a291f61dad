import type { Event as EventObject } from 'kubernetes-types/events/v1.js';
import type { Api } from '../client/api.js';
import { kind } from '../kind.js';
import type { Stored } from '../object.js';

const EventKind = kind<EventObject>('events.k8s.io/v1', 'Event');

/** Milliseconds between two looks at the events of one child. */
const patience = 10_000;
const mostRemembered = 1000;

/**
 * Why the pods of a child are refused: a quota, Pod Security, a webhook. StatefulSets, DaemonSets and Jobs say so in
 * events only, which are too many to watch: those of one child are listed while it lacks pods.
 */
export class RefusedPods {
  private readonly looks = new Map<string, { readonly at: number; readonly message: string | undefined }>();

  constructor(private readonly api: Api) {}

  /** The last refusal in the words of the API server; undefined if there is none, or the events cannot be read. */
  async of(child: Stored): Promise<string | undefined> {
    const { uid } = child.metadata;
    const known = this.looks.get(uid);
    if (known && performance.now() - known.at < patience) return known.message;
    const message = await this.look(child).catch(() => undefined);
    this.looks.delete(uid);
    this.looks.set(uid, { at: performance.now(), message });
    const [oldest] = this.looks.keys();
    if (this.looks.size > mostRemembered && oldest) this.looks.delete(oldest);
    return message;
  }

  private async look({ metadata: { uid, namespace } }: Stored): Promise<string | undefined> {
    const events = await this.api.list(EventKind, {
      namespace,
      fieldSelector: `regarding.uid=${uid},reason=FailedCreate`,
    });
    return events.toSorted((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1))[0]?.note;
  }
}

function lastSeen({ series, deprecatedLastTimestamp, eventTime, metadata }: EventObject): string {
  return series?.lastObservedTime ?? deprecatedLastTimestamp ?? eventTime ?? metadata?.creationTimestamp ?? '';
}
