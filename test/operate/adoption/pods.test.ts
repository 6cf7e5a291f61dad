import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { describe, expect, it } from 'vitest';
import { valuesInUse } from '../../../lib/operate/credentials/act.js';
import { dataInPod, wipesRaft } from '../../../lib/operate/pods/pods.js';
import { render } from '../../../lib/render/render.js';
import { resolve } from '../../../lib/resource/resolve.js';
import { child, nacos } from '../../nacos-object.js';
import { officialChildren, officialToken } from '../../official.js';

const image = 'nacos/nacos-server:v2.3.2';
const volume = { enabled: true, requests: { storage: '1Gi' } };
const setOf = (spec: object) => officialChildren(nacos(spec)).find(({ kind }) => kind === 'StatefulSet') as StatefulSet;
/** A pod as its controller makes it, which adds a volume for each claim. */
const podOf = ({ spec }: StatefulSet) => {
  const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => ({
    name: metadata?.name ?? '',
    persistentVolumeClaim: { claimName: 'claim' },
  }));
  const pod = spec!.template.spec!;
  return { spec: { ...pod, volumes: [...(pod.volumes ?? []), ...claims] } };
};

describe('data', () => {
  it.each<[string, object, boolean]>([
    ['nothing', { type: 'standalone', image }, true],
    ['a claim', { type: 'standalone', image, volume }, false],
  ])('of a pod of the official operator with %s', (_what, spec, inPod) => {
    expect(dataInPod(podOf(setOf(spec)), 'n')).toBe(inPod);
    expect(wipesRaft(podOf(setOf(spec)), 'n')).toBe(true);
    const ours = podOf(child(render(nacos(spec)), 'StatefulSet'));
    expect([dataInPod(ours, 'n'), wipesRaft(ours, 'n')]).toEqual([inPod, false]);
  });

  it('of a pod with a volume of the wrapper above the folder is not in the pod', () => {
    const containers = [{ name: 'n', volumeMounts: [{ name: 'own', mountPath: '/home/nacos/' }] }];
    const host = { name: 'own', hostPath: { path: '/data' } };
    expect(dataInPod({ spec: { containers, volumes: [host] } }, 'n')).toBe(false);
    expect(dataInPod({ spec: { containers, volumes: [{ name: 'own', emptyDir: {} }] } }, 'n')).toBe(true);
  });
});

describe('credentials in use', () => {
  const decoded = (spec: object) =>
    Object.fromEntries(
      Object.entries(valuesInUse(resolve(nacos(spec)), setOf(spec))).map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString(),
      ]),
    );
  it.each<[string, object, object]>([
    ['no token', {}, { administratorPassword: 'nacos' }],
    [
      'the token of all',
      { certification: { enabled: true } },
      { token: officialToken, administratorPassword: 'nacos' },
    ],
    [
      'a token that is too short',
      { certification: { enabled: true, token: 'c2hvcnQ=' } },
      { administratorPassword: 'nacos' },
    ],
    [
      'no password that is known',
      { image: 'nacos/nacos-server:v2.4.3', certification: { enabled: true } },
      { token: officialToken },
    ],
  ])('are %s', (_what, spec, values) => {
    expect(decoded({ type: 'standalone', image, ...spec })).toEqual(values);
  });
});
