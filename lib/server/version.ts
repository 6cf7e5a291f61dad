import { parseImage } from 'cdk8s-reconciler/kit';

/** A Nacos version; a missing patch level counts as 0. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * What runs where neither `image` nor `version` says otherwise: the newest line that was run for this project
 * (docs/versions.md).
 */
export const defaultVersion = '3.0.3';

/** The versions that this project was run with (docs/versions.md), newest first. */
export const knownVersions: readonly string[] = ['3.0.3', '2.5.1', '2.3.2', '2.0.4'];

/** `v2.0.4`, `2.0.4-slim`, `3.0` → a version; anything else, such as `latest`, → undefined. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?![\d])/.exec(text);
  if (!match) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** The version that an image's tag names; undefined for a digest alone, `latest` or no tag. */
export function versionOfImage(reference: string): Version | undefined {
  const { tag } = parseImage(reference);
  return tag === undefined ? undefined : parseVersion(tag);
}

/** The image with another version in its tag; undefined where the tag does not name `version`, or a digest decides. */
export function inVersion(reference: string, version: Version, other: Version): string | undefined {
  const { tag = '', digest } = parseImage(reference);
  const named = parseVersion(tag);
  if (digest || !named || formatVersion(named) !== formatVersion(version)) return undefined;
  return reference.slice(0, -tag.length) + tag.replace(/\d+\.\d+(\.\d+)?/, formatVersion(other));
}

/** Whether `version` is `minimum` or newer; `minimum` is `major.minor` or `major.minor.patch`. */
export function atLeast(version: Version, minimum: string): boolean {
  const bound = parseVersion(minimum);
  if (!bound) throw new Error(`${minimum} is not a version, expected major.minor or major.minor.patch`);
  return (version.major - bound.major || version.minor - bound.minor || version.patch - bound.patch) >= 0;
}

/** `major.minor.patch` */
export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** Whether one version is another one or newer; true also where either text is no version. */
export function isAtLeast(a: string, b: string): boolean {
  const [version, bound] = [parseVersion(a), parseVersion(b)];
  return !version || !bound || atLeast(version, formatVersion(bound));
}
