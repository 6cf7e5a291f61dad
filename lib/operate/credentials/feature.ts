import type { Secret } from 'cdk8s-reconciler/kinds';
import { metadata } from '../../render/metadata.js';
import type { Instance } from '../../resource/resolve.js';
import type { Opinion } from '../feature.js';
import { fails } from '../statement.js';
import type { ObservedChildren, View } from '../view.js';
import { identityProblem, otherProblem } from './gate.js';
import { credentialsStep, type GenerateCredentials } from './step.js';

export function credentials(view: View): Opinion<GenerateCredentials> {
  const { instance, observed } = view;
  const problem = identityProblem(instance, observed) ? undefined : otherProblem(instance, observed);
  return {
    step: credentialsStep(view),
    // What is wrong with token and identity is what AuthReady says.
    conditions: problem ? [fails('SecretsReady', problem.reason, problem.message)] : [],
  };
}

/** The Secret of an earlier operator stays a child, and so is not removed, until it is marked and has no owner. */
export function ownedCredentials(instance: Instance, { secrets }: ObservedChildren): Secret[] {
  const name = instance.names.authSecret;
  if (!secrets.some((secret) => secret.metadata.name === name)) return [];
  return [{ apiVersion: 'v1', kind: 'Secret', metadata: metadata(instance, name), type: 'Opaque' }];
}
