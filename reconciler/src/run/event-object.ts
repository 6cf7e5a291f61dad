import type { Event as EventObject } from 'kubernetes-types/events/v1.js';
import type { EventNote } from '../controller.js';
import { kind } from '../kind.js';
import type { Stored } from '../object.js';

/** The API of today: equal events are one object with a series, which `kubectl describe` shows as `(x14 over 40s)`. */
export const EventKind = kind<EventObject>('events.k8s.io/v1', 'Event');

/** The API server refuses longer ones (pkg/apis/core/validation/events.go). */
const longestNote = 1024;
const longestWord = 128;

/** The reporting controller, and its replica. */
export interface EventSource {
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
    metadata: { name: `${name.slice(0, 200)}.${unique()}`, namespace: namespace ?? 'default' },
    regarding: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
    type,
    reason: String(reason).slice(0, longestWord),
    action: 'Reconcile',
    note: String(message).slice(0, longestNote),
    reportingController: component.slice(0, longestWord),
    reportingInstance: instance.slice(0, longestWord),
    eventTime: microTime(),
  };
}

/** Now, as `metav1.MicroTime` has it. */
export function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

let count = 0;
function unique(): string {
  return `${Date.now().toString(16)}${(count++ % 4096).toString(16).padStart(3, '0')}`;
}
