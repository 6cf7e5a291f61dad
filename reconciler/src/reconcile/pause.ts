import type { Controller } from '../controller.js';
import type { KubernetesObject } from '../object.js';

/** Annotation that pauses an object, with the value `true`. */
export function pauseAnnotation({ resource }: Controller): string {
  return `${resource.group}/paused`;
}

/**
 * Whether the object asks to leave its children alone: by annotation, or by `spec.paused` where the resource
 * has that.
 */
export function isPaused(controller: Controller, object: KubernetesObject & { readonly spec: unknown }): boolean {
  const { paused } = (object.spec ?? {}) as { readonly paused?: unknown };
  return paused === true || object.metadata?.annotations?.[pauseAnnotation(controller)] === 'true';
}
