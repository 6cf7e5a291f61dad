import type { Opinion } from '../feature.js';
import { fails } from '../statement.js';
import type { View } from '../view.js';
import { identityProblem, otherProblem } from './gate.js';
import { credentialsStep, type GenerateCredentials } from './step.js';

export function credentials({ instance, observed }: View): Opinion<GenerateCredentials> {
  const problem = identityProblem(instance, observed) ? undefined : otherProblem(instance, observed);
  return {
    step: credentialsStep(instance, observed),
    // What is wrong with token and identity is what AuthReady says.
    conditions: problem ? [fails('SecretsReady', problem.reason, problem.message)] : [],
  };
}
