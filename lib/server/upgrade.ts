import { atLeast, formatVersion, parseVersion, type Version } from './version.js';

/** Why servers must not go from one version to another, with what to do. */
export interface UpgradeProblem {
  readonly reason: 'DowngradeRefused' | 'UpgradePathRefused' | 'EmbeddedUpgradeRefused' | 'VersionUnknown';
  readonly message: string;
}

/** A step that can't be done at once: from below `from` to `to` or newer. */
interface Detour {
  readonly from: string;
  readonly to: string;
  /** The way instead. */
  readonly by: string;
  /** The version between, where the operator goes that way by itself. */
  readonly stop?: string;
  readonly why: string;
}

/** Sources: nacos-group.github.io, manual/admin/upgrading of 2.0 and of 3.3. */
const detours: readonly Detour[] = [
  {
    from: '2.0',
    to: '2.2',
    by: 'go to 2.1.2 first, wait until it runs',
    why: 'data of 1.x is only moved by 2.0 and 2.1',
  },
  {
    from: '3.0',
    to: '3.3',
    by: 'go to a version of 3.0 to 3.2 first, wait until it runs, see that the configurations of the default namespace are there',
    // The newest one that was run, also as an upgrade from 2.3.2 (docs/operations/upgrade.md).
    stop: '3.0.3',
    why: '3.3 does not move configurations of 2.x any more, and those of the default namespace could not be queried',
  },
];

/** Within a minor version an older patch level may follow a newer one, but for these. */
const pointsOfNoReturn: readonly { readonly at: string; readonly why: string }[] = [
  {
    // nacos: JRaftAuthUpgradeCoordinator.java, NacosJRaftServerInterceptor.java.
    at: '3.2.4',
    why: 'its members refuse calls of Raft that carry no identity, as those of older members do',
  },
];

/**
 * First versions with servers that add tables or columns to the embedded database or, in 3.0, move its data
 * (nacos: META-INF/derby-schema.sql). The database of a server on its data folder never gets them
 * (alibaba/nacos#10635).
 */
const embeddedLines = ['2.0', '2.1', '2.5', '3.0', '3.2', '3.3'] as const;

/** What keeps a Nacos from becoming another one in place; undefined if it may. */
export function upgradeProblem(from: Version, to: Version, database: 'embedded' | 'mysql'): UpgradeProblem | undefined {
  return wayBack(from, to) ?? (database === 'embedded' ? embedded(from, to) : undefined) ?? pathProblem(from, to);
}

/** The version by way of which servers go from one to another; undefined where they go at once, or not at all. */
export function stopBetween(from: Version, to: Version, database: 'embedded' | 'mysql'): Version | undefined {
  if (upgradeProblem(from, to, database)?.reason !== 'UpgradePathRefused') return undefined;
  return parseVersion(detour(from, to)?.stop ?? '');
}

function wayBack(from: Version, to: Version): UpgradeProblem | undefined {
  const crosses = ({ at }: { readonly at: string }) => atLeast(from, at) && !atLeast(to, at);
  const crossed = pointsOfNoReturn.find(crosses);
  if (!crossed && !crosses({ at: `${from.major}.${from.minor}` })) return undefined;
  const why = crossed
    ? `from ${crossed.at} on, ${crossed.why}`
    : 'what a newer server has written an older one may not read';
  const set = `set the version to ${formatVersion(from)} or newer, or restore a backup into a second Nacos`;
  return { reason: 'DowngradeRefused', message: `${step(from, to)}: Nacos has no way back, ${why}; ${set}` };
}

function detour(from: Version, to: Version): Detour | undefined {
  return detours.find((one) => !atLeast(from, one.from) && atLeast(to, one.to));
}

function pathProblem(from: Version, to: Version): UpgradeProblem | undefined {
  const found = detour(from, to);
  if (!found) return undefined;
  const message = `${step(from, to)}: ${found.why}; ${found.by}, then to ${formatVersion(to)}`;
  return { reason: 'UpgradePathRefused', message };
}

function embedded(from: Version, to: Version): UpgradeProblem | undefined {
  if (lineOf(from) === lineOf(to)) return undefined;
  const message = `${step(from, to)} on the embedded database: its tables cannot be altered in place (alibaba/nacos#10635); create a second Nacos of ${formatVersion(to)}, export and import the configurations (docs/moving-data.md), then move the clients`;
  return { reason: 'EmbeddedUpgradeRefused', message };
}

/** What changes for users of Nacos when its servers cross a version; none of it stops an upgrade. */
interface UpgradeNote {
  /** From below this version to it or a newer one. */
  readonly at: string;
  /** Only from this version on. @default any */
  readonly from?: string;
  readonly note: string;
}

/** Sources: nacos-group.github.io, manual/admin/upgrading of 3.3 (2.1.7 to 2.1.9, 2.2). */
const notes: readonly UpgradeNote[] = [
  {
    at: '3.0',
    note: 'the console has a port of its own, 8080, and all servers need a token and an identity',
  },
  {
    from: '3.0',
    at: '3.0.1',
    note: 'MCP services of 3.0.0 are not readable any more until they are moved by the MCP migration tool of Nacos',
  },
  { at: '3.2', note: 'APIs of v1 and v2 are gone: clients of 1.x need nacos-api-legacy-adapter' },
  {
    at: '3.2.4',
    note: 'there is no way back once every member runs it, and the identity cannot be changed member by member any more',
  },
  {
    at: '3.3',
    note: 'clients must log in by default; where they did not have to before, it stays so until certification.enabled says otherwise',
  },
  {
    at: '3.3',
    note: 'on MySQL each member gets a volume claim of 10Gi for the state of its plugins, unless volume.enabled is false',
  },
  {
    from: '3.0',
    at: '3.3',
    note: 'agents (A2A) are only moved where nacos.ai.a2a.compatibility.mode=AUTO is in config before the first member starts',
  },
  {
    at: '3.3',
    note: 'the server would fetch AI resources from public sources, and is kept from it unless nacos.plugin.ai-resource-import.enabled=true is in config',
  },
];

/** What to know before an upgrade, in the order of the versions that it crosses. */
export function upgradeNotes(from: Version, to: Version): readonly string[] {
  const crossed = notes.filter(
    (one) => (!one.from || atLeast(from, one.from)) && !atLeast(from, one.at) && atLeast(to, one.at),
  );
  return crossed.map(({ at, note }) => `${at}: ${note}`);
}

/** In words, such as `from 2.3.2 to 3.0.3`. */
export function step(from: Version, to: Version): string {
  return `from ${formatVersion(from)} to ${formatVersion(to)}`;
}

function lineOf(version: Version): string | undefined {
  return embeddedLines.findLast((line) => atLeast(version, line));
}
