import type { EventNote } from '../controller.js';
import type { Condition } from '../resource.js';

/**
 * Events for the transition from one list of conditions to the next. What a new object is not yet
 * is no news. `Reconciling` comes and goes with every rollout: it is left out.
 */
export function transitions(before: readonly Condition[], after: readonly Condition[]): EventNote[] {
  return after.flatMap((condition) => {
    const { type, status, reason, message } = condition;
    const previous = before.find((candidate) => candidate.type === type);
    if (type === 'Reconciling' || previous?.status === status) return [];
    if (bad(condition)) return type === 'Ready' && !previous ? [] : [{ type: 'Warning', reason, message }];
    if (type === 'Ready') return [{ reason, message: message || 'all children are ready' }];
    if (!previous) return [];
    return [{ reason: shouldBeFalse(type) ? `Not${type}` : reason, message: message || `${type} is ${status}` }];
  });
}

/** `Ready` and its like should be true; `Stalled` should not. */
function bad({ type, status }: Condition): boolean {
  return shouldBeFalse(type) ? status === 'True' : status === 'False' && type === 'Ready';
}

function shouldBeFalse(type: string): boolean {
  return type === 'Stalled' || type === 'Paused';
}
