import { identityProblem } from '../credentials/gate.js';
import type { Opinion } from '../feature.js';
import type { View } from '../view.js';
import { authReady } from './condition.js';
import { type AdministratorStep, administratorStep } from './step.js';

/** @param open whether clients are let in */
export function administrator({ instance, observed, before }: View, open: boolean): Opinion<AdministratorStep> {
  return {
    step: administratorStep(instance, observed),
    conditions: [authReady(instance, observed, identityProblem(instance, observed), open, before)],
  };
}
