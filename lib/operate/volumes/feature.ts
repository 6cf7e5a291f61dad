import type { Opinion } from '../feature.js';
import type { View } from '../view.js';
import { volumesResized } from './condition.js';
import { type ExpandVolume, type ReplaceStatefulSet, volumesStep } from './step.js';

/** @param obstacle why the StatefulSet could not be made now */
export function volumes(
  { instance, observed }: View,
  obstacle: string | undefined,
): Opinion<ExpandVolume | ReplaceStatefulSet> {
  return {
    step: volumesStep(instance, observed, obstacle),
    conditions: volumesResized(instance, observed, obstacle),
  };
}
