import type { Action } from '../controller.js';
import { TerminalError } from '../errors.js';
import { wordsOf } from '../words.js';
import type { Problem } from './conditions.js';
import { isInterrupted, problemOf } from './problem.js';
import type { Decided, Run } from './run.js';

interface Stepped {
  /** Whether `act` was called: then its effect needs another look. */
  readonly acted: boolean;
  readonly failedStep?: Problem | undefined;
}

/** Carries out the step of the decision, if there is one, and reports it. */
export async function takeStep(run: Run, { conclusion, failedStep }: Decided): Promise<Stepped> {
  const { controller, cluster, owner, journal, signal } = run;
  let step: Action | undefined;
  try {
    step = conclusion?.step();
    if (step && !step.inChildren) {
      if (!controller.act)
        throw new TerminalError('NoAct', `nothing carries out ${step.type}: the controller has no act`);
      await run.carryOut(() => controller.act?.(step as never, owner, cluster.context(signal)));
    }
  } catch (error) {
    journal.errors.push(error);
    if (isInterrupted(signal)) return { acted: true, failedStep };
    const [during, reason] = step ? [step.type, 'ActionFailed'] : ['plan', 'PlanFailed'];
    if (step) reportFailure(run, step, error);
    return { acted: step !== undefined, failedStep: problemOf(error, during, reason) ?? failedStep };
  }
  if (!step) return { acted: false };
  const { type, message = type, event = true } = step;
  if (event) cluster.report(owner, { reason: type, message, about: 'step' });
  journal.changes.push(`${type} ${step.message ?? ''}`.trim());
  return { acted: !step.inChildren };
}

function reportFailure({ cluster, owner, journal }: Run, { type, message = '' }: Action, error: unknown): void {
  cluster.report(owner, { type: 'Warning', reason: `${type}Failed`, message: wordsOf(error), about: 'step' });
  journal.changes.push(`${type} ${message}`.trim());
}
