import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import { clientsLogIn } from './login.js';
import { secretsProtected } from './secrets.js';
import { settingsSupported } from './settings.js';
import { versionKnown, versionManaged } from './version.js';

/** Conditions that do the servers no harm. */
export function notices(instance: Instance): ConditionStatement[] {
  return [
    ...secretsProtected(instance),
    ...settingsSupported(instance),
    ...clientsLogIn(instance),
    ...versionManaged(instance),
    ...versionKnown(instance),
  ];
}
