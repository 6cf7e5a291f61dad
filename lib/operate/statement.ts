import type { ConditionStatement } from 'cdk8s-reconciler';

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
  'DatabaseChangeRefused',
  'DomainChangeRefused',
  'VolumeNotExpandable',
  'SizeRefused',
  'DataOfAnotherShape',
  'DataOfOthers',
  'DataUnknown',
  'DataIncomplete',
  'OnlyCopy',
  'SecretMissing',
  'KeysMissing',
  'KeysUnusable',
  'IdentityChanged',
  'PasswordMissing',
  'PasswordUnknown',
  'AdministratorOfOthers',
]);
