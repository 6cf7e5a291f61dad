import type { Instance } from '../resource/resolve.js';
import type { NacosSpec } from '../resource/spec.js';
import { overlay } from './overlay.js';

const fields = {
  ConfigMap: 'configMaps',
  Job: 'job',
  PodDisruptionBudget: 'podDisruptionBudget',
  Secret: 'secrets',
  Service: 'services',
  StatefulSet: 'statefulSet',
} as const satisfies Readonly<Record<string, keyof NonNullable<NacosSpec['overlays']>>>;

/** A child with what the user lays over those of its kind. */
export function shaped<T extends { readonly kind?: string }>({ spec: { overlays } }: Instance, child: T): T {
  const over = overlays?.[fields[child.kind as keyof typeof fields]];
  return over ? overlay(child, over) : child;
}
