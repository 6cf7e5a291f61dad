import type { ActContext, Action, ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../resource/resolve.js';

/** What one feature makes of what was observed. A feature is a pure function from a `View` to this. */
export interface Opinion<S extends Action = never> {
  /** The next step that it needs. */
  readonly step?: S | undefined;
  readonly conditions?: readonly ConditionStatement[];
}

/** Carries out one step. Must bear being repeated: what is done already stays. */
export type Effect<S> = (step: S, instance: Instance, context: ActContext) => Promise<void>;
