import type { ActContext, Stored } from 'cdk8s-reconciler';
import type { PersistentVolumeClaim, StatefulSet } from 'cdk8s-reconciler/kinds';
import { describe, expect, it } from 'vitest';
import type { ObservedClaim } from '../../../lib/operate/observed.js';
import { expandVolume, replaceStatefulSet } from '../../../lib/operate/volumes/act.js';
import { refusalAnnotation, sameTemplates } from '../../../lib/operate/volumes/claims.js';
import { render } from '../../../lib/render/render.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { nacos as nacosObject } from '../../nacos-object.js';
import { at, condition, gateOf, look, observed, statefulSet, stepOf, up } from '../world.js';

const nacos = nacosObject({
  type: 'standalone',
  version: '2.3.2',
  volume: { enabled: true, requests: { storage: '20Gi' } },
});
const claim = (requested: string, more: Partial<ObservedClaim> = {}): ObservedClaim => ({
  name: 'db-n-0',
  mark: { origin: 'db-n-0', type: 'standalone', database: 'embedded', version: '2.3.2', members: 1 },
  requested,
  capacity: requested,
  ...more,
});
const rendered = render(nacos).find(({ kind }) => kind === 'StatefulSet') as StatefulSet;
const template = rendered.spec?.volumeClaimTemplates?.[0] as PersistentVolumeClaim;
/** The StatefulSet, with claim templates of a size. */
function live(storage: string): Stored<StatefulSet> {
  const spec = { ...template.spec, volumeMode: 'Filesystem', resources: { requests: { storage } } };
  const volumeClaimTemplates = [{ ...template, spec }];
  const base = statefulSet(1);
  return { ...base, spec: { ...rendered.spec, volumeClaimTemplates } } as Stored<StatefulSet>;
}
const seen = (claims: readonly ObservedClaim[], outdatedTemplates = false) =>
  observed([up(0, { version: '2.3.2' })], {
    volumes: { claims },
    statefulSet: live(outdatedTemplates ? '10Gi' : '20Gi'),
  });

describe('plan', () => {
  it('lets a claim grow that asks for less than the spec', () => {
    expect(stepOf(nacos, seen([claim('10Gi')], true))).toMatchObject({
      type: 'ExpandVolume',
      claim: 'db-n-0',
      size: '20Gi',
    });
  });

  it('replaces the StatefulSet once all claims ask for enough', () => {
    expect(stepOf(nacos, seen([claim('20Gi', { capacity: '10Gi' })], true))).toMatchObject({
      type: 'ReplaceStatefulSet',
    });
  });

  it('gives a claim that was not let grow a minute, and replaces nothing meanwhile', () => {
    const refused = (seconds: number) => ({ size: '20Gi', at: at - seconds * 1000, message: 'forbidden' });
    expect(stepOf(nacos, seen([claim('10Gi', { refused: refused(30) })], true))).toBeUndefined();
    expect(stepOf(nacos, seen([claim('10Gi', { refused: refused(90) })], true))).toMatchObject({
      type: 'ExpandVolume',
    });
  });

  it('leaves a claim alone that has no volume yet', () => {
    expect(stepOf(nacos, seen([claim('10Gi', { capacity: '0' })]))).toBeUndefined();
  });

  it('leaves volumes alone that are as asked, or larger', () => {
    expect(stepOf(nacos, seen([claim('20480Mi')]))).toBeUndefined();
    expect(stepOf(nacos, seen([claim('1Ti')]))).toBeUndefined();
  });
});

describe('status', () => {
  it('says which claim waits for more room, and what for, and that the servers run on', () => {
    const waiting = claim('20Gi', { capacity: '10Gi', waitsFor: 'FileSystemResizePending' });
    const after = look(nacos, seen([waiting]));
    expect(condition(after, 'VolumesResized')).toMatchObject({ status: 'False', reason: 'Resizing' });
    expect(condition(after, 'VolumesResized')?.message).toMatch(/db-n-0 has 10Gi: FileSystemResizePending/);
    expect(after.status?.phase).toBe('Running');
  });

  it('says what to do where a claim is not let grow', () => {
    const refused = { size: '20Gi', at, message: 'class slow cannot' };
    const after = look(nacos, seen([claim('10Gi', { refused })], true));
    expect(condition(after, 'VolumesResized')?.message).toBe(
      'volume claim db-n-0 cannot grow to 20Gi: class slow cannot; let its StorageClass expand volumes (allowVolumeExpansion: true), or set spec.volume.requests.storage back to 10Gi',
    );
  });

  it('names a quota that has no room for the cause', () => {
    const refused = { size: '20Gi', at, message: 'exceeded quota: small' };
    const after = look(nacos, seen([claim('10Gi', { refused })]));
    expect(condition(after, 'VolumesResized')?.message).toMatch(/small; raise that ResourceQuota, or set .* 10Gi$/);
  });

  it('says the least that claims ask for, which the spec may go back to', () => {
    expect(look(nacos, seen([claim('20Gi'), claim('10Gi')])).status?.volumeSize).toBe('10Gi');
  });
});

describe('claims that went with the Nacos and are to stay', () => {
  const kept = (paused: boolean) => ({ ...nacos, spec: { ...nacos.spec, paused } });

  it.each([
    [true, /db-n-0 would still be deleted with the Nacos.* once spec\.paused is taken back/],
    [false, /about to be released; do not delete it before/],
  ])('are said to go with it until they are released, with paused %s', (paused, message) => {
    const after = look(kept(paused), seen([claim('20Gi', { owned: true })]));
    expect(condition(after, 'ClaimsKept')).toMatchObject({ status: 'False', message: expect.stringMatching(message) });
    expect(condition(look(kept(paused), seen([claim('20Gi')])), 'ClaimsKept')).toBeUndefined();
  });
});

describe('a claim that is to grow', () => {
  const action = { type: 'ExpandVolume', message: '', claim: 'db-n-0', size: '20Gi' } as const;
  /** An API server that answers the first patch with an error, and what it was asked for. */
  const refusing = (status: number) => {
    const patches: unknown[] = [];
    const patch = async (_kind: unknown, _name: string, content: unknown) => {
      if (patches.push(content) === 1) throw Object.assign(new Error('class slow cannot'), { status });
    };
    return { patches, context: { patch } as unknown as ActContext };
  };

  it('keeps the refusal, which is no failure of the operator: the condition Acted does not come and go', async () => {
    const { patches, context } = refusing(422);
    await expandVolume(action, resolve(nacos), context);
    expect(patches).toHaveLength(2);
    const { metadata } = patches[1] as { metadata: { annotations: Record<string, string> } };
    expect(JSON.parse(metadata.annotations[refusalAnnotation] ?? '')).toMatchObject({
      size: '20Gi',
      message: 'class slow cannot',
    });
  });

  it('is tried again at once after any other error', async () => {
    const { patches, context } = refusing(500);
    await expect(expandVolume(action, resolve(nacos), context)).rejects.toThrow('class slow cannot');
    expect(patches).toHaveLength(1);
  });
});

describe('a StatefulSet with other claim templates', () => {
  /** An API server that answers a trial creation, and whether the StatefulSet was deleted. */
  const replaced = async (refusal?: string) => {
    const done: unknown[] = [];
    const tryCreate = async (_kind: unknown, { spec }: StatefulSet) => {
      done.push(spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests?.storage);
      if (refusal) throw new Error(refusal);
    };
    const pod = { metadata: { name: 'n-0', resourceVersion: '7', ownerReferences: [{ uid: 'set' }] } };
    const context = {
      get: async ({ kind }: { kind: string }) => (kind === 'Pod' ? pod : live('10Gi')),
      tryCreate,
      patch: async (_kind: unknown, name: string, { metadata }: typeof pod) =>
        done.push([name, metadata.resourceVersion, metadata.ownerReferences.map(({ uid }) => uid)].join(' ')),
      delete: async () => done.push('deleted'),
    };
    const step = { type: 'ReplaceStatefulSet', message: '', pods: ['n-0'], owner: 'nacos' } as const;
    await replaceStatefulSet(step, resolve(nacos), context as unknown as ActContext).catch(({ message }) =>
      done.push(message),
    );
    return done;
  };

  it('goes once the API server would take its successor, whose room it has, and leaves no pod without an owner', async () => {
    const owned = 'n-0 7 set,nacos';
    expect(await replaced()).toEqual(['20Gi', owned, 'deleted']);
    expect(await replaced('exceeded quota: one')).toEqual(['20Gi', owned, 'deleted']);
    expect(await replaced('denied')).toEqual(['20Gi', 'denied']);
  });

  const wait = (storage: string) => gateOf(nacos, observed([], { statefulSet: live(storage) }), 'StatefulSet');

  it('is not applied to', () => {
    expect(wait('10Gi')).toMatch(/replaced around its running pods/);
    expect(wait('20480Mi')).toBeUndefined();
  });

  it('is one that lacks a label, has another class, or none at all', () => {
    const bare = { ...template, metadata: { name: 'db' } };
    expect(sameTemplates([template], [bare])).toBe(false);
    expect(sameTemplates([template], [])).toBe(false);
    expect(sameTemplates([], [template])).toBe(false);
    expect(sameTemplates([template], [template])).toBe(true);
  });
});
