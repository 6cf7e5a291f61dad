import { describe, expect, it } from 'vitest';
import { atLeast, formatVersion, parseVersion, versionOfImage } from '../../lib/server/version.js';

describe('parseVersion', () => {
  it.each([
    ['2.0.4', '2.0.4'],
    ['v2.0.4', '2.0.4'],
    ['3.0', '3.0.0'],
    ['v2.4.3-slim', '2.4.3'],
    ['3.2.0-BETA', '3.2.0'],
    ['1.4.1', '1.4.1'],
  ])('reads %s as %s', (text, version) => {
    expect(formatVersion(parseVersion(text)!)).toBe(version);
  });

  it.each(['latest', '', 'v3', 'slim-2.0.4', '20230101', '99999.1.1'])('does not take %j for a version', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });
});

describe('versionOfImage', () => {
  it('reads the tag beside a digest', () => {
    expect(versionOfImage(`registry:5000/nacos:v2.3.2@sha256:${'0'.repeat(64)}`)).toEqual(parseVersion('2.3.2'));
  });

  it.each([
    ['no tag', 'nacos/nacos-server'],
    ['a port and no tag', 'registry.example:2.0/nacos'],
    ['latest', 'nacos/nacos-server:latest'],
    ['a digest alone', `nacos/nacos-server@sha256:${'1'.repeat(64)}`],
  ])('knows none for %s', (_case, image) => {
    expect(versionOfImage(image)).toBeUndefined();
  });
});

describe('atLeast', () => {
  it.each([
    ['3.0.0', '3.0', true],
    ['2.5.1', '3.0', false],
    ['2.10.0', '2.9', true],
    ['2.0.3', '2.0.4', false],
    ['3.0.3', '3.0.3', true],
  ])('%s is at least %s: %s', (version, minimum, expected) => {
    expect(atLeast(parseVersion(version)!, minimum)).toBe(expected);
  });

  it('says what a minimum looks like', () => {
    expect(() => atLeast(parseVersion('3.0.0')!, 'three')).toThrow('three is not a version, expected major.minor');
  });
});
