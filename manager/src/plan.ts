import { isDeepStrictEqual } from 'node:util';
import { type Static, Type } from '@sinclair/typebox';
import type { KubernetesObject } from 'cdk8s-reconciler';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { render } from '../../lib/render/render.js';
import type { NacosObject } from '../../lib/resource/nacos.js';

export const plan = Type.Object(
  {
    restarts: Type.Boolean({ description: 'Whether every server restarts, one after the other.' }),
    servers: Type.Object({ from: Type.Integer(), to: Type.Integer() }),
    objects: Type.Array(
      Type.Object({
        change: Type.Union([Type.Literal('created'), Type.Literal('changed'), Type.Literal('removed')]),
        kind: Type.String(),
        name: Type.String(),
      }),
      { description: 'What becomes another object than it is; empty where nothing changes.' },
    ),
  },
  { $id: 'Plan', title: 'Plan', description: 'What a change of an instance does.' },
);
export type Plan = Static<typeof plan>;

/** What the operator renders before and after: the same code, so that it does what this says. */
export function planOf(before: NacosObject, after: NacosObject): Plan {
  const [old, now] = [before, after].map((nacos) => new Map(render(nacos, { managedBy: 'operator' }).map(byId)));
  const objects: Plan['objects'] = [];
  for (const [id, object] of now!) {
    const former = old!.get(id);
    if (!former) objects.push(entry('created', object));
    else if (!isDeepStrictEqual(former, object)) objects.push(entry('changed', object));
  }
  for (const [id, object] of old!) if (!now!.has(id)) objects.push(entry('removed', object));
  const [from, to] = [old!, now!].map(statefulSet);
  return {
    restarts: !isDeepStrictEqual(from?.spec?.template, to?.spec?.template),
    servers: { from: from?.spec?.replicas ?? 0, to: to?.spec?.replicas ?? 0 },
    objects,
  };
}

function byId(object: KubernetesObject): [string, KubernetesObject] {
  return [`${object.kind}/${object.metadata?.name}`, object];
}

function entry(change: Plan['objects'][number]['change'], { kind = '', metadata }: KubernetesObject) {
  return { change, kind, name: metadata?.name ?? '' };
}

function statefulSet(objects: ReadonlyMap<string, KubernetesObject>): StatefulSet | undefined {
  return [...objects.values()].find(({ kind }) => kind === 'StatefulSet') as StatefulSet | undefined;
}
