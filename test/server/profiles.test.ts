import { describe, expect, it } from 'vitest';
import { profileOf } from '../../lib/server/profiles.js';
import { parseVersion } from '../../lib/server/version.js';

const v1Health = '/v1/console/health/readiness';
const v3Health = '/v3/console/health/readiness';

describe('profileOf', () => {
  it.each([
    // version, managed, console, ai, auth variables needed, readiness, its port, image has files in its data folder
    ['1.4.1', false, undefined, undefined, false, v1Health, 'http', false],
    ['2.0.4', true, undefined, undefined, false, v1Health, 'http', false],
    ['2.1.2', true, undefined, undefined, false, v1Health, 'http', false],
    ['2.2.3', true, undefined, undefined, false, v1Health, 'http', false],
    ['2.3.2', true, undefined, undefined, false, v1Health, 'http', false],
    ['2.4.3', true, undefined, undefined, false, v1Health, 'http', false],
    ['2.5.1', true, undefined, undefined, false, v1Health, 'http', false],
    ['3.0.3', true, 8080, undefined, true, v3Health, 'console', false],
    ['3.1.0', true, 8080, undefined, true, v3Health, 'console', false],
    ['3.2.3', true, 8080, 9080, true, v3Health, 'console', true],
    ['3.3.0', true, 8080, 9080, true, v3Health, 'console', true],
    ['3.4.0', true, 8080, 9080, true, v3Health, 'console', true],
  ])('%s', (version, managed, consolePort, aiPort, authRequired, path, port, seedsData) => {
    const profile = profileOf(parseVersion(version)!);
    expect(profile).toMatchObject({ managed, authRequired, readiness: { path, port }, seedsData });
    expect([profile.consolePort, profile.aiPort]).toEqual([consolePort, aiPort]);
  });

  it('never asks the readiness of 2.3 to 2.5 that answers 200 while not ready', () => {
    for (const version of ['2.3.0', '2.4.0', '2.5.0'])
      expect(profileOf(parseVersion(version)!).readiness.path).not.toContain('/v2/');
  });

  it('lets members of an embedded 3.x cluster wait for their leader', () => {
    expect(profileOf(parseVersion('2.5.1')!).embeddedCluster).toEqual({});
    expect(profileOf(parseVersion('3.0.3')!).embeddedCluster).toEqual({
      'nacos.config.namespace.compatible.mode': 'false',
      'nacos.core.protocol.raft.data.election_timeout_ms': '1000',
    });
  });
});
