import { describe, expect, it } from 'vitest';
import { problemText } from '../../lib/resource/problem.js';
import { type NacosManifest, validateChange, withDefaults } from '../../lib/resource/validate.js';
import { rejected } from '../cluster/rejected.js';
import { nacos } from '../nacos-object.js';

const problems = (before: object, after: object, status?: Parameters<typeof nacos>[1]) =>
  validateChange(nacos(before, status), nacos(after)).map((problem) => problemText(problem));
const volume = (storage: string) => ({ volume: { enabled: true, requests: { storage } } });

describe('validateChange', () => {
  // What the API server says to the same manifests is in test/cluster/schema.test.ts.
  it.each(rejected.flatMap((one) => (one.was && one.manifest.kind === 'Nacos' ? [{ ...one, was: one.was }] : [])))(
    'refuses $because',
    ({ was, status, manifest, message }) => {
      const found = validateChange(
        withDefaults({ ...(was as NacosManifest), status: status as NacosManifest['status'] }),
        withDefaults(manifest as NacosManifest),
      ).map((problem) => problem.message);
      expect(found.some((text) => message.endsWith(text))).toBe(true);
    },
  );

  it('lets through what changes nothing that is kept', () => {
    expect(problems({}, { image: 'nacos/nacos-server:v3.0.3', resources: {} })).toEqual([]);
    expect(problems({ type: 'cluster', replicas: 3 }, { type: 'cluster', replicas: 5 })).toEqual([]);
    expect(problems(volume('10Gi'), volume('1Ti'))).toEqual([]);
    expect(problems(volume('10Gi'), volume('10240Mi'))).toEqual([]);
  });

  it('lets a size be taken back that no claim asks for yet', () => {
    expect(problems(volume('20Gi'), volume('10Gi'))).toEqual([
      'spec.volume.requests.storage: "10Gi": a volume can grow but not shrink; set at least the former size',
    ]);
    expect(problems(volume('20Gi'), volume('10Gi'), { status: { volumeSize: '10Gi' } })).toEqual([]);
    expect(problems(volume('20Gi'), volume('10Gi'), { status: { volumeSize: '20Gi' } })).toHaveLength(1);
  });
});
