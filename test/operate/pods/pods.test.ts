import { describe, expect, it } from 'vitest';
import { podsOf, templateThatRuns } from '../../../lib/operate/pods/pods.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { nacos } from '../../nacos-object.js';
import { pod, statefulSet } from '../world.js';

const instance = resolve(nacos());
const labels = { app: 'n', component: 'nacos', middleware: 'nacos' };

/** A pod as garbage collection leaves it when its StatefulSet is deleted without it. */
function orphan(name: string, own: Readonly<Record<string, string>> = labels) {
  const { metadata, ...rest } = pod(name, {});
  return { ...rest, metadata: { ...metadata, labels: own, ownerReferences: [] } };
}

const names = (...pods: ReturnType<typeof pod>[]) => podsOf(instance, pods).map(({ metadata }) => metadata.name);

describe('pods of the servers', () => {
  it('are those of the StatefulSet, in the order of their numbers', () => {
    expect(names(pod('n-10', {}), pod('n-2', {}), pod('n-0', {}, ['StatefulSet', 'm']))).toEqual(['n-2', 'n-10']);
  });

  it('are those that it has left and that the next one will adopt', () => {
    expect(names(orphan('n-1'), pod('n-0', {}))).toEqual(['n-0', 'n-1']);
    expect(names(orphan('n-x'), orphan('n-01'), orphan('other-1'), orphan('n-1', { app: 'n' }))).toEqual([]);
    expect(names(pod('n-1', {}, ['ReplicaSet', 'n']))).toEqual([]);
  });
});

it('servers run with the template of their StatefulSet, and without one with that of their pods', () => {
  const set = statefulSet(3);
  expect(templateThatRuns({ statefulSet: set, orphan: orphan('n-0') })).toBe(set.spec?.template);
  expect(templateThatRuns({ orphan: orphan('n-0') })?.metadata).toMatchObject({ name: 'n-0' });
});
