import type { Opinion } from '../feature.js';
import type { View } from '../view.js';
import { configurationsStep, type RefreshConfigurations } from './step.js';

export function configurations({ instance, observed }: View): Opinion<RefreshConfigurations> {
  return { step: configurationsStep(instance, observed) };
}
