import { type Static, Type } from '@sinclair/typebox';
import { type NacosObject, plan as planChange, problemText } from 'cdk8s-nacos/model';
import { fieldError, fieldErrorOf } from './problem.js';

/** Schema of a plan. */
export const plan = Type.Object(
  {
    refused: Type.Array(fieldError, {
      description: 'Why the operator does not follow the change, and what to do; it does nothing then.',
    }),
    fields: Type.Array(Type.String(), { description: 'Paths of the spec that change, such as spec.replicas.' }),
    steps: Type.Array(Type.String(), { description: 'What the operator does, in order, in the words of its events.' }),
    restarts: Type.Array(Type.String(), { description: 'Pods that are replaced, in order.' }),
    objects: Type.Array(
      Type.Object({
        change: Type.Union([Type.Literal('created'), Type.Literal('changed'), Type.Literal('removed')]),
        kind: Type.String(),
        name: Type.String(),
        paths: Type.Array(Type.String(), { description: 'Fields that change; no values, which may be secret.' }),
      }),
      { description: 'Objects that change.' },
    ),
  },
  {
    $id: 'Plan',
    title: 'Plan',
    description: 'What a change of an instance does. All lists are empty where it does nothing.',
  },
);
/** An answer with a plan. */
export type Plan = Static<typeof plan>;

/**
 * What a change does, by the operator's own decisions: `cdk8s-nacos plan` prints the same.
 *
 * @param before as it is, with its status
 */
export function planOf(before: NacosObject, after: NacosObject): Plan {
  const { refused, spec, steps, restarts, children } = planChange(before, after);
  return {
    refused: refused.map((problem) => fieldErrorOf(problem.path, problemText({ ...problem, path: '' }).slice(2))),
    fields: spec.map(({ path }) => path),
    steps: [...steps],
    restarts: [...restarts],
    objects: children.map((child) => ({ ...child, paths: [...child.paths] })),
  };
}
