import type { Event as EventObject } from 'kubernetes-types/core/v1.js';
import type { Logger } from 'pino';
import type { EventNote } from '../controller.js';
import { kind } from '../kinds.js';
import type { Stored } from '../object.js';
import type { Api } from './api.js';
import type { Clock } from './clock.js';

const EventKind = kind<EventObject>('v1', 'Event');

/** What client-go allows per object (tools/record/events_cache.go): 25 at once, then one every five minutes. */
const burst = 25;
const refill = 5 * 60_000;
/** The API server refuses longer messages. */
const longestMessage = 1024;

/** Writes events. They are for people: one that cannot be written is only logged. */
export class Reporter {
  /** By uid of the object: what is left to spend, and since when. */
  private readonly budgets = new Map<string, { readonly left: number; readonly since: number }>();

  constructor(
    private readonly component: string,
    private readonly instance: string,
    private readonly api: Api,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  report(about: Stored, { type = 'Normal', reason, message }: EventNote): void {
    if (!this.spend(about.metadata.uid)) return;
    const { name, namespace, uid, resourceVersion } = about.metadata;
    const time = new Date();
    const second = `${time.toISOString().slice(0, 19)}Z`;
    const event: EventObject = {
      apiVersion: 'v1',
      kind: 'Event',
      // An event about what is in no namespace is kept in `default`.
      metadata: { name: `${name.slice(0, 200)}.${unique()}`, namespace: namespace ?? 'default' },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
      type,
      reason,
      message: message.slice(0, longestMessage),
      source: { component: this.component },
      reportingComponent: this.component,
      reportingInstance: this.instance,
      firstTimestamp: second,
      lastTimestamp: second,
      count: 1,
    };
    this.api.create(EventKind, event).catch((err) => this.log.debug({ err, reason }, 'could not write an event'));
  }

  private spend(uid: string): boolean {
    const now = this.clock.now();
    const { left, since } = this.budgets.get(uid) ?? { left: burst, since: now };
    const available = Math.min(burst, left + (now - since) / refill);
    if (available < 1) return false;
    this.budgets.delete(uid);
    this.budgets.set(uid, { left: available - 1, since: now });
    const [oldest] = this.budgets.keys();
    if (this.budgets.size > 4096 && oldest) this.budgets.delete(oldest);
    return true;
  }
}

let count = 0;
function unique(): string {
  return `${Date.now().toString(16)}${(count++ % 4096).toString(16).padStart(3, '0')}`;
}
