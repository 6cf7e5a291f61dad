import type { ConditionStatement } from '../controller.js';
import { describeObject, type Stored } from '../object.js';
import type { Readiness } from '../readiness.js';
import type { Condition } from '../resource.js';

/** What a reconciliation found, as far as conditions depend on it. */
export interface Findings {
  /** The children and how far they are. */
  readonly children: readonly { readonly object: Stored; readonly readiness: Readiness }[];
  /** Why children wait. */
  readonly waits: readonly string[];
  /** What the controller misses though its children are ready. */
  readonly missing?: string;
  /** What went wrong. `final` says that waiting does not help: the spec, a role or another object has to change. */
  readonly problems: readonly Problem[];
  /** What keeps the step from succeeding. */
  readonly failedStep?: Problem | undefined;
  /** The object is to be left alone. */
  readonly paused: boolean;
}

export interface Problem {
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
  readonly final: boolean;
}

/** Whether a condition is of those that come by themselves. */
export function isStandard(type: string): boolean {
  return ['Ready', 'Reconciling', 'Stalled', 'Paused', 'Acted'].includes(type);
}

/** The three conditions that kstatus reads; `Paused` while it is so, and `Acted` while `act` fails. */
export function standardConditions({ failedStep, ...rest }: Findings): ConditionStatement[] {
  const { paused } = rest;
  const findings = failedStep ? { ...rest, problems: [...rest.problems, failedStep] } : rest;
  const stalled = stalledBecause(findings);
  const reconciling = stalled || paused ? undefined : reconcilingBecause(findings);
  const obstacle = stalled ?? reconcilingBecause(findings);
  return [
    obstacle
      ? { type: 'Ready', status: 'False', ...obstacle }
      : { type: 'Ready', status: 'True', reason: 'Ready', message: '' },
    reconciling
      ? { type: 'Reconciling', status: 'True', ...reconciling }
      : { type: 'Reconciling', status: 'False', reason: paused ? 'Paused' : stalled ? 'Stalled' : 'Done', message: '' },
    stalled
      ? { type: 'Stalled', status: 'True', ...stalled }
      : { type: 'Stalled', status: 'False', reason: 'Progressing', message: '' },
    ...(paused ? [pausedCondition] : []),
    ...(failedStep
      ? [{ type: 'Acted', status: 'False' as const, reason: failedStep.reason, message: failedStep.message }]
      : []),
  ];
}

/** The failed step in a status: it lasts until another attempt has ended. */
export function failedBefore({
  conditions = [],
}: {
  readonly conditions?: readonly Condition[];
} = {}): Problem | undefined {
  const acted = conditions.find(({ type, status }) => type === 'Acted' && status === 'False');
  if (!acted) return undefined;
  const { reason, message } = acted;
  return { reason, message, final: conditions.some((one) => one.type === 'Stalled' && one.reason === reason) };
}

const pausedCondition: ConditionStatement = {
  type: 'Paused',
  status: 'True',
  reason: 'Paused',
  message: 'children are left as they are until the pause ends',
};

type Because = Pick<Condition, 'reason' | 'message'>;

function stalledBecause({ children, problems }: Findings): Because | undefined {
  const final = problems.filter((problem) => problem.final);
  if (final[0]) return { reason: final[0].reason, message: listed(final.map(({ message }) => message)) };
  const failed = children.filter(({ readiness }) => readiness.state === 'Failed');
  return failed.length > 0 ? { reason: 'ChildFailed', message: listed(inWords(failed)) } : undefined;
}

function reconcilingBecause({ children, waits, missing, problems }: Findings): Because | undefined {
  if (problems[0]) return { reason: problems[0].reason, message: listed(problems.map(({ message }) => message)) };
  const waiting = children.filter(({ readiness }) => readiness.state !== 'Ready');
  if (waiting.length > 0) {
    const reason = waiting.find(({ readiness }) => readiness.reason)?.readiness.reason ?? 'ChildrenNotReady';
    return { reason, message: listed(inWords(waiting)) };
  }
  const reasons = [...new Set(missing ? [...waits, missing] : waits)];
  return reasons[0] ? { reason: 'Waiting', message: listed(reasons) } : undefined;
}

/** A resource with 10,000 children still has a status that fits. */
const mostListed = 5;
/** The API server refuses a longer one, and repeats in its own what it refuses. */
const longestMessage = 32_768;

/** The first few, and how many more there are. */
export function listed(messages: readonly string[], separator = '; '): string {
  const more = messages.length - mostListed;
  return messages.slice(0, mostListed).join(separator) + (more > 0 ? `${separator}and ${more} more` : '');
}

function inWords(children: Findings['children']): string[] {
  return children.map(({ object, readiness }) => `${describeObject(object)}: ${readiness.message}`).sort();
}

/**
 * The next list of conditions: a statement of a type replaces the one before it, and a transition time changes only
 * with the status.
 *
 * @param now RFC 3339, to the second
 */
export function nextConditions(
  before: readonly Condition[],
  statements: readonly ConditionStatement[],
  observedGeneration: number,
  now: string,
): Condition[] {
  const last = new Map(statements.map((statement) => [statement.type, statement]));
  return [...last.values()].map(({ type, status, reason, message }) => {
    const previous = before.find((condition) => condition.type === type);
    const lastTransitionTime = previous?.status === status ? previous.lastTransitionTime : now;
    return {
      type,
      status,
      reason,
      message: message.slice(0, longestMessage),
      lastTransitionTime,
      ...(observedGeneration >= 0 && { observedGeneration }),
    };
  });
}
