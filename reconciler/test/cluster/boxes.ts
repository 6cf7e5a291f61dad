import { Type } from '@sinclair/typebox';
import { controller, type Kind, resource } from 'cdk8s-reconciler';
import {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Secret,
  Service,
  StatefulSet,
} from 'cdk8s-reconciler/kinds';
import { initially, wholly } from 'cdk8s-reconciler/kit';
import { expect } from 'vitest';
import { test as base } from '../../../test/cluster/fixture.js';
import { apiVersionOf } from '../../src/kind.js';
import { desiredSet } from '../../src/reconcile/changes.js';
import type { Entry } from '../../src/reconcile/managed-fields.js';
import { digestAnnotation } from '../../src/reconcile/ownership.js';
import { type AnyObject, define, eventually, Running, World } from './running.js';

export const Widget = resource({
  group: 'creation.test',
  version: 'v1',
  kind: 'Widget',
  spec: Type.Object({
    size: Type.Integer({ default: 3 }),
    mode: Type.String({ default: 'plain' }),
    note: Type.Optional(Type.String()),
  }),
});

/**
 * Has one child, as JSON, maybe with values that it only starts with, with an integer that is carried into its spec, or
 * rendered as a whole.
 */
const Box = resource({
  group: 'creation.test',
  version: 'v1',
  kind: 'Box',
  spec: Type.Object({
    child: Type.String(),
    initial: Type.Optional(Type.String()),
    size: Type.Optional(Type.Integer()),
    whole: Type.Optional(Type.Boolean()),
    paused: Type.Optional(Type.Boolean()),
  }),
  status: Type.Object({ theirs: Type.Optional(Type.Integer()) }),
});
const kinds = [
  ...[ConfigMap, Secret, Service, PersistentVolumeClaim, Deployment, StatefulSet, Job],
  ...[PodDisruptionBudget, HorizontalPodAutoscaler, Widget],
];
const owns = Object.fromEntries(kinds.map((kind) => [kind.plural, kind as Kind]));
export const controlled = controller(Box, {
  owns,
  render: ({ spec: { child, initial = '{}', size, whole } }) => {
    const rendered = JSON.parse(child);
    const sized = size === undefined ? rendered : { ...rendered, spec: { ...rendered.spec, size } };
    const started = initially(sized, JSON.parse(initial));
    return [whole ? wholly(started) : started];
  },
});

export const test = base.extend('boxes', { scope: 'file' }, async ({ cluster }, { onCleanup }) => {
  await define(cluster, Widget, Box);
  const running = await Running.start(cluster, [controlled]);
  onCleanup(() => running.stop());
  const world = new World(cluster, Box);
  const child = (kind: Kind, name: string, { metadata, ...content }: Content) =>
    JSON.stringify({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { ...metadata, name }, ...content });
  const live = async (kind: Kind, name: string) => (await world.child(kind, name)) as AnyObject;
  // That it was observed says nothing: a reconciliation that another one has to repeat states its failure.
  const named = async (kind: Kind, name: string, box: AnyObject) => {
    const [desired] = desiredSet(controlled, box, controlled.render(box as never));
    const digest = digestAnnotation(controlled);
    const isTold = async () => {
      const { status: { observedGeneration, conditions } = {} } = await world.get(name);
      if (observedGeneration !== box.metadata.generation) return false;
      if (conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True')) return true;
      return (await live(kind, name))?.metadata.annotations?.[digest] === desired?.metadata.annotations?.[digest];
    };
    await expect.poll(isTold, eventually).toBe(true);
    return live(kind, name);
  };
  return {
    ...{ cluster, running, world, live },
    create: async (kind: Kind, name: string, content: Content, more: object = {}) =>
      named(kind, name, await world.create(name, { child: child(kind, name, content), ...more })),
    edit: async (kind: Kind, name: string, content: Content) =>
      named(kind, name, await world.edit(name, { spec: { child: child(kind, name, content), paused: false } })),
    child,
    /** Requests that changed the child since the last time. */
    writes: () =>
      running.proxy.requests.splice(0).filter(({ method, path }) => method !== 'GET' && !/status$|events$/.test(path))
        .length,
  };
});

export type Content = { readonly metadata?: object; readonly [field: string]: unknown };

/** Our own field managers. */
export function managers({ metadata }: AnyObject): string[] {
  const entries = (metadata.managedFields ?? []) as readonly Entry[];
  return entries.flatMap(({ manager = '', operation }) =>
    manager.startsWith('box.') ? [`${manager} ${operation}`] : [],
  );
}
export const applied = 'box.creation.test Apply';

export const labels = { app: 'boxed' };
export const env = [{ name: 'A', value: '1' }];
export const port = { name: 'http', port: 80 };
export const workload = (container: object, rest: object = {}) => {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx', ...container }] } };
  return { replicas: 0, selector: { matchLabels: labels }, template, ...rest };
};
