import type { Opinion } from '../feature.js';
import { fails } from '../statement.js';
import type { View } from '../view.js';
import { volumesResized } from './condition.js';
import { type DataProblem, dataProblem } from './data.js';
import { type MarkClaims, markStep } from './mark-step.js';
import { onlyCopy } from './only-copy.js';
import { type ExpandVolume, type ReplaceStatefulSet, volumesStep } from './step.js';

export interface Volumes extends Opinion<MarkClaims | ExpandVolume | ReplaceStatefulSet> {
  /** Why data would be lost if it went on. */
  readonly problem?: DataProblem;
}

/** @param obstacle why the StatefulSet could not be made now */
export function volumes(view: View, obstacle: string | undefined): Volumes {
  const { instance, observed } = view;
  const problem = dataProblem(view) ?? onlyCopy(view);
  return {
    step: markStep(view) ?? volumesStep(instance, observed, obstacle),
    conditions: [
      ...(problem ? [fails('DataKept', problem.reason, problem.message)] : []),
      ...volumesResized(instance, observed, obstacle),
    ],
    ...(problem && { problem }),
  };
}
