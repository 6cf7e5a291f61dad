import { type Static, Type } from '@sinclair/typebox';
import { type Plan as Forecast, problemText } from 'cdk8s-nacos/model';
import { fieldError, fieldErrorOf } from './problem.js';

/** Schema of a plan. */
export const plan = Type.Object(
  {
    refused: Type.Array(fieldError, {
      description:
        'What the operator does not carry out, and what to do; it does the rest. What the API server refuses as a whole is a problem.',
    }),
    fields: Type.Array(Type.String(), { description: 'Paths of the spec that change, such as spec.replicas.' }),
    steps: Type.Array(Type.String(), { description: 'What the operator does, in order, in the words of its events.' }),
    waits: Type.Array(Type.String(), { description: 'Why objects are not changed at once, or at all.' }),
    restarts: Type.Array(Type.String(), { description: 'Pods that are replaced, in order.' }),
    notes: Type.Array(Type.String(), {
      description: 'What changes for users of Nacos with the versions that are crossed, each with the version.',
    }),
    unseen: Type.Array(Type.String(), {
      description: 'What the caller may not look at, so that the plan goes without it.',
    }),
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

/** What a change does, by the operator's own decisions: `cdk8s-nacos plan` prints the same. */
export function planOf({ refused, spec, steps, waits, restarts, notes, unseen, children }: Forecast): Plan {
  return {
    refused: refused.map((problem) => fieldErrorOf(problem.path, problemText({ ...problem, path: '' }).slice(2))),
    fields: spec.map(({ path }) => path),
    steps: [...steps],
    waits: [...waits],
    restarts: [...restarts],
    notes: [...notes],
    unseen: [...unseen],
    objects: children.map(({ change, kind, name, paths }) => ({ change, kind, name, paths: [...paths] })),
  };
}
