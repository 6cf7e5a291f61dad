import type { Stored } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { nacos, onMysql } from '../../nacos-object.js';
import { condition, gateOf, look, observed, statefulSet, stepOf, up } from '../world.js';

const inPod: ObservedMember = {
  ...up(0, { version: '2.3.2', leaders: {}, peers: {} }),
  volatile: true,
  outdated: true,
};
const found = (member: ObservedMember = inPod) => {
  const base = statefulSet(1);
  const set = {
    ...base,
    metadata: { ...base.metadata, generation: 7 },
    status: { ...base.status, observedGeneration: 7 },
  };
  return observed([member], { statefulSet: set as Stored<StatefulSet> });
};
const alone = (spec: object = {}, generation?: string) => {
  const object = nacos({ type: 'standalone', version: '2.3.2', ...spec });
  const annotations: Record<string, string> =
    generation === undefined ? {} : { 'nacos.io/accept-data-loss': generation };
  return { ...object, metadata: { ...object.metadata, annotations } };
};

describe('a server without a volume that has the only copy of the data', () => {
  it('is not replaced for a changed template, and the condition has the command that accepts the loss', () => {
    expect(stepOf(alone(), found())).toBeUndefined();
    const after = look(alone(), found());
    expect(after.status?.phase).toBe('Failed');
    expect(condition(after, 'Stalled')).toMatchObject({ reason: 'OnlyCopy' });
    expect(condition(after, 'Stalled')?.message).toMatch(
      /kubectl annotate nacos n -n shop --overwrite nacos\.io\/accept-data-loss=n\/7/,
    );
  });

  it('is not stopped for replicas 0', () => {
    const current = { ...inPod, outdated: false };
    expect(gateOf(alone({ replicas: 0 }), found(current), 'StatefulSet')).toMatch(/only copy of all data/);
    expect(gateOf(alone({ replicas: 0 }, 'n/7'), found(current), 'StatefulSet')).toBeUndefined();
  });

  it('goes with consent to the generation of its StatefulSet, and to no other', () => {
    expect(stepOf(alone({}, 'n/7'), found())).toMatchObject({ type: 'ReplacePod', pod: 'n-0' });
    // Of another generation, of a StatefulSet of before, and what a manifest was copied with.
    for (const other of ['n/6', 'former/7', '7', '/7', '']) expect(stepOf(alone({}, other), found())).toBeUndefined();
  });

  it.each<[string, object, ObservedMember]>([
    ['has its data elsewhere', {}, { ...inPod, volatile: false }],
    ['keeps its data in MySQL', { database: { ...onMysql.database, schema: 'External' } }, inPod],
    ['never answered', {}, { ...inPod, ready: false, server: { reachable: false, reason: 'connection refused' } }],
  ])('but one that %s is replaced as it is', (_what, spec, member) => {
    const seen = { ...found(member), secrets: { missing: [] } };
    expect(stepOf(alone(spec), seen)).toMatchObject({ type: 'ReplacePod' });
  });

  it('of a cluster of one is the same', () => {
    const object = nacos({ type: 'cluster', replicas: 1, version: '2.3.2' });
    expect(condition(look(object, { ...found(), listed: 1 }), 'DataKept')).toMatchObject({ reason: 'OnlyCopy' });
  });
});
