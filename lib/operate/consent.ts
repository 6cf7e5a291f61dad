import type { KubernetesObject } from 'cdk8s-reconciler';

/**
 * Whether an annotation consents to what is about to happen to an object as it is now. Generations begin again with
 * another object of the same name, and manifests are copied: a consent names the uid too.
 */
export function consents(owner: KubernetesObject, annotation: string, object: KubernetesObject | undefined): boolean {
  const { uid, generation } = object?.metadata ?? {};
  const given = owner.metadata?.annotations?.[annotation];
  return uid !== undefined && generation !== undefined && given === `${uid}/${generation}`;
}

/**
 * The value that consents, or the command that prints it where it is not known.
 *
 * @param name arguments of `kubectl get`, such as `nacos prod -n shop`
 */
export function generationOf(object: KubernetesObject | undefined, name: string): string {
  const { uid, generation } = object?.metadata ?? {};
  if (uid !== undefined && generation !== undefined) return `${uid}/${generation}`;
  return `$(kubectl get ${name} -o jsonpath={.metadata.uid}/{.metadata.generation})`;
}
