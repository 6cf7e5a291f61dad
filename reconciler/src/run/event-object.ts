import type { Event as EventObject } from 'kubernetes-types/events/v1.js';
import type { EventNote } from '../controller.js';
import { kind } from '../kind.js';
import type { Stored } from '../object.js';

/** The API of today: equal events are one object with a series, which `kubectl describe` shows as `(x14 over 40s)`. */
export const EventKind = kind<EventObject>('events.k8s.io/v1', 'Event');

/** Bytes; the API server refuses longer ones (pkg/apis/core/validation/events.go). */
const longestNote = 1024;
const longestWord = 128;

/** The reporting controller, and its replica. */
export interface EventSource {
  /** Such as `my.domain/webserver`: of a name without a group the API server takes 63 characters. */
  readonly component: string;
  readonly instance: string;
}

export function eventOf(about: Stored, note: EventNote, { component, instance }: EventSource): EventObject {
  // From controllers without types anything may come.
  const { type = 'Normal', reason = 'Unknown', message = '' } = note;
  const { name, namespace, uid, resourceVersion } = about.metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    // An event about what is in no namespace is kept in `default`.
    metadata: { name: `${name.slice(0, 200).replace(/[-.]+$/, '')}.${unique()}`, namespace: namespace ?? 'default' },
    regarding: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
    type,
    reason: String(reason).slice(0, longestWord),
    action: 'Reconcile',
    note: cut(String(message), longestNote),
    reportingController: component,
    reportingInstance: instance.slice(0, longestWord),
    eventTime: microTime(),
  };
}

/** The API server counts bytes; no character is cut in two. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/** Now, as `metav1.MicroTime` has it. */
export function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

let count = 0;
function unique(): string {
  return `${Date.now().toString(16)}${(count++ % 4096).toString(16).padStart(3, '0')}`;
}

/** What client-go allows per object (tools/record/events_cache.go): 25 at once, then one every five minutes. */
const burst = 25;
const refill = 5 * 60_000;
const mostRemembered = 4096;

/** How many events are left to each object, by what they are about. */
export class EventBudget {
  private readonly accounts = new Map<string, { readonly left: number; readonly since: number }>();

  /** @returns false if there is none left */
  spend(account: string, now: number): boolean {
    const { left, since } = this.accounts.get(account) ?? { left: burst, since: now };
    const available = Math.min(burst, left + (now - since) / refill);
    if (available < 1) return false;
    this.accounts.delete(account);
    this.accounts.set(account, { left: available - 1, since: now });
    const [oldest] = this.accounts.keys();
    if (this.accounts.size > mostRemembered && oldest) this.accounts.delete(oldest);
    return true;
  }
}
