import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { isUnknown, newestLine } from '../../server/profiles.js';
import { formatVersion } from '../../server/version.js';
import { fails } from '../statement.js';

/** Present only for servers of a newer line than the newest that is described. */
export function versionKnown({ version }: Instance): ConditionStatement[] {
  if (!isUnknown(version)) return [];
  const message = `Nacos ${formatVersion(version)} is newer than what this operator knows, and is managed like ${newestLine}: whether ports, probes, tables and settings are the same is not known; see docs/versions.md, and try it on a copy first`;
  return [fails('VersionKnown', 'NewerThanKnown', message)];
}

/** Present only for servers of before 2.0, which run and are not looked after further. */
export function versionManaged({ profile, version }: Instance): ConditionStatement[] {
  if (profile.managed) return [];
  const message = `Nacos ${formatVersion(version)} is run but not managed: pods, Services and tables are kept as they should be, while health of the members, scaling and upgrades are up to you; move to 2.x by way of 2.0 or 2.1, or say in spec.version which version the image is`;
  return [fails('VersionManaged', 'UnsupportedVersion', message)];
}
