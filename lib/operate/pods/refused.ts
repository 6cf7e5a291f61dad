import type { ConditionStatement } from 'cdk8s-reconciler';

/** What the API server says of pods that it refuses, and what to do about it in the spec. */
export function refusedPods(
  children: ConditionStatement | undefined,
): Pick<ConditionStatement, 'reason' | 'message'> | undefined {
  if (children?.reason !== 'PodsRefused') return undefined;
  const { reason, message } = children;
  const found = remedies.find(([about]) => about.test(message));
  return { reason, message: found ? `${message}; ${found[1]}` : message };
}

const remedies: readonly (readonly [about: RegExp, remedy: string])[] = [
  [/violates PodSecurity/, 'set spec.podSecurity restricted, or let the namespace take such pods'],
  [/exceeded quota/, 'raise that ResourceQuota, or lower spec.resources'],
  [/already exists/, 'a pod of that name is in the way: give it the labels of status.selector again, or delete it'],
];
