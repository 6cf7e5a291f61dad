import type { ActContext, Action, ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../resource/resolve.js';

/** What one feature makes of what was observed. A feature is a pure function from a `View` to this. */
export interface Opinion<S extends Action = never> {
  /** The next step that it needs. */
  readonly step?: S | undefined;
  readonly conditions?: readonly ConditionStatement[];
}

/** Carries out one step. Must bear being repeated: what is done already stays. */
export type Effect<S> = (step: S, instance: Instance, context: ActContext) => Promise<void>;

/** A condition that holds. */
export function holds(type: string, reason: string, message = ''): ConditionStatement {
  return { type, status: 'True', reason, message };
}

/** A condition that does not hold. */
export function fails(type: string, reason: string, message: string): ConditionStatement {
  return { type, status: 'False', reason, message };
}

/** Reasons that need a human, since only another spec, Secret or StorageClass takes them away. */
export const refusals: ReadonlySet<string> = new Set([
  'DowngradeRefused',
  'UpgradePathRefused',
  'EmbeddedUpgradeRefused',
  'VersionUnknown',
  'DatabaseChangeRefused',
  'DomainChangeRefused',
  'VolumeNotExpandable',
  'SizeRefused',
  'DataOfAnotherShape',
  'DataElsewhere',
  'DataOfOthers',
  'DataUnknown',
  'DataIncomplete',
  'OnlyCopy',
  'SecretMissing',
  'SecretImmutable',
  'KeysMissing',
  'KeysUnusable',
  'IdentityChanged',
  'PasswordMissing',
  'PasswordUnknown',
  'AdministratorOfOthers',
]);
