import { atLeast, formatVersion, type Version } from './version.js';

/** Why servers must not go from one version to another, with what to do. */
export interface UpgradeProblem {
  readonly reason: 'DowngradeRefused' | 'UpgradePathRefused' | 'EmbeddedUpgradeRefused';
  readonly message: string;
}

/**
 * First versions whose servers add tables or columns to the embedded database or, in 3.0, move its data (nacos:
 * META-INF/derby-schema.sql). The database of a server on its data folder never gets them (alibaba/nacos#10635).
 */
const embeddedLines = ['2.0', '2.1', '2.5', '3.0', '3.2'] as const;

/** What keeps a Nacos from becoming another one in place; undefined if it may. */
export function upgradeProblem(from: Version, to: Version, database: 'embedded' | 'mysql'): UpgradeProblem | undefined {
  const [old, next] = [formatVersion(from), formatVersion(to)];
  if (from.major > to.major || (from.major === to.major && from.minor > to.minor)) {
    const message = `from ${old} to ${next}: Nacos has no way back, what a newer server has written an older one may not read; set the version to ${old} or newer, or restore a backup into a second Nacos`;
    return { reason: 'DowngradeRefused', message };
  }
  if (!atLeast(from, '2.0') && atLeast(to, '2.2')) {
    const message = `from ${old} to ${next}: data of 1.x is only moved by 2.0 and 2.1; go to 2.1.2 first, wait until it runs, then to ${next}`;
    return { reason: 'UpgradePathRefused', message };
  }
  if (database === 'embedded' && lineOf(from) !== lineOf(to)) {
    const message = `from ${old} to ${next} on the embedded database: its tables cannot be altered in place (alibaba/nacos#10635); create a second Nacos of ${next}, export and import the configurations (docs/moving-data.md), then move the clients`;
    return { reason: 'EmbeddedUpgradeRefused', message };
  }
  return undefined;
}

function lineOf(version: Version): string | undefined {
  return embeddedLines.findLast((line) => atLeast(version, line));
}
