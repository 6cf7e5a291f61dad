import type { Stored } from 'cdk8s-reconciler';
import type { StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { ObservedMember } from '../../../lib/operate/observed.js';
import { storage } from '../../../lib/render/storage.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { nacos, onMysql } from '../../nacos-object.js';
import { claim, condition, dataMark, gateOf, look, observed, statefulSet, stepOf, up } from '../world.js';

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

describe('a server whose volume claim is being deleted, which then goes with its pod', () => {
  const onClaim = { ...inPod, volatile: false };
  const kept = (generation?: string, more: object = {}) => alone({ volume: { enabled: true }, ...more }, generation);
  const going = (more: Partial<ObservedMember> = {}, mark = dataMark(1, { type: 'standalone', domain: undefined })) => {
    const seen = found({ ...onClaim, ...more });
    const volumeClaimTemplates = storage(resolve(kept())).claims;
    const set = { ...seen.statefulSet, spec: { ...seen.statefulSet?.spec, volumeClaimTemplates } };
    return { ...seen, statefulSet: set as never, volumes: { claims: [claim(0, mark, { ending: true })] } };
  };

  it('is said to have the only copy before anything changes', () => {
    const after = look(kept(), going({ outdated: false }));
    expect(condition(after, 'Stalled')?.message).toMatch(/db-n-0 that is being deleted.* the end of its pod loses it/);
    expect(after.status?.phase).toBe('Failed');
  });

  it('is neither replaced for a changed template nor stopped, but with consent', () => {
    expect(stepOf(kept(), going())).toBeUndefined();
    expect(stepOf(kept('n/7'), going())).toMatchObject({ type: 'ReplacePod', pod: 'n-0' });
    const current = going({ outdated: false });
    expect(gateOf(kept(undefined, { replicas: 0 }), current, 'StatefulSet')).toMatch(/only copy of all data/);
  });

  it('goes where it is one of several, since the others have its data', () => {
    const others = [1, 2].map((ordinal) => up(ordinal));
    const object = nacos({ type: 'cluster', version: '2.3.2', volume: { enabled: true } });
    const seen = { ...going({}, dataMark(3)), members: [onClaim, ...others] };
    expect(condition(look(object, seen), 'DataKept')).toBeUndefined();
  });
});
