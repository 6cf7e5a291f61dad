import { describe, expect, it } from 'vitest';
import { render, renderInstance } from '../../lib/render/render.js';
import { schema } from '../../lib/render/schema-job.js';
import { resolve } from '../../lib/resource/resolve.js';
import { withDefaults } from '../../lib/resource/validate.js';
import { child, nacos, onMysql, sample, statefulSetOf } from '../nacos-object.js';

describe('the StatefulSet', () => {
  it.each([
    ['nacos-single', 1, 'db'],
    ['nacos-cluster', 3, undefined],
  ] as const)('of the sample %s has its name, %i pods and the claim %s', (name, replicas, claim) => {
    const { metadata, spec } = child(render(withDefaults(sample(name))), 'StatefulSet');
    expect(metadata!.name).toBe(name);
    expect(metadata!.labels).toMatchObject({ app: name });
    expect(spec!.replicas).toBe(replicas);
    expect(spec!.volumeClaimTemplates?.[0]?.metadata?.name).toBe(claim);
    expect(spec!.template.spec!.containers[0]).toMatchObject({
      name,
      image: 'harbor.cloud.io/nacos/nacos-server:v2.0.4',
    });
  });

  it('gives members the names of the headless Service, a standalone server none', () => {
    expect(statefulSetOf({ type: 'cluster' }).serviceName).toBe('n-headless');
    expect(statefulSetOf({}).serviceName).toBe('');
  });

  it('starts members together: none is ready before the others are there', () => {
    expect(statefulSetOf({ type: 'cluster' }).podManagementPolicy).toBe('Parallel');
  });

  it('numbers its servers from 0, whatever hands set, which without the operator is theirs', () => {
    expect(statefulSetOf({ type: 'cluster' }).ordinals).toEqual({ start: 0 });
    expect(statefulSetOf({ type: 'cluster' }, { managedBy: 'gitops' }).ordinals).toBeUndefined();
  });

  it('keeps the selector that it was taken over with, and its pods the labels', () => {
    const selector = { app: 'n', component: 'nacos', middleware: 'nacos', team: 'a' };
    const instance = resolve(nacos(), selector);
    const { spec } = child(renderInstance(instance, schema(instance), { open: true }), 'StatefulSet');
    expect(spec!.selector.matchLabels).toEqual({ app: 'n', component: 'nacos', middleware: 'nacos', team: 'a' });
    expect(spec!.template.metadata!.labels).toMatchObject({ team: 'a' });
  });

  it('has a pod that waits for its schema only where nothing else holds it back', () => {
    const waiting = (options: object) =>
      child(render(nacos(onMysql), options), 'StatefulSet').spec!.template.spec!.initContainers?.map(
        ({ name }) => name,
      );
    expect(waiting({})).toBeUndefined();
    expect(waiting({ managedBy: 'gitops' })).toEqual(['wait-for-schema']);
  });
});
