import type { Container, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { parseAllDocuments } from 'yaml';

export type Labels = Readonly<Record<string, string>>;

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec?: Readonly<Record<string, unknown>>;
}

export function objectsIn(yaml: string): KubernetesObject[] {
  return [...parseAllDocuments(yaml)].map((document) => document.toJS() as KubernetesObject);
}

export function podTemplateOf({ kind, spec }: KubernetesObject): PodTemplateSpec | undefined {
  return kind === 'StatefulSet' || kind === 'Job' || kind === 'Deployment'
    ? (spec?.template as PodTemplateSpec)
    : undefined;
}

export function containersOf({ initContainers = [], containers }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers];
}
