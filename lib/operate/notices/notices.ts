import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Instance } from '../../resource/resolve.js';
import type { Observed } from '../observed.js';
import { credentialsPrivate } from './known.js';
import { clientsLogIn } from './login.js';
import { secretsProtected } from './secrets.js';
import { settingsSupported } from './settings.js';
import { sizeOdd } from './size.js';
import { versionKnown, versionManaged } from './version.js';

/** Conditions that do the servers no harm. */
export function notices(instance: Instance, observed: Observed): ConditionStatement[] {
  return [
    ...secretsProtected(instance),
    ...credentialsPrivate(instance, observed),
    ...sizeOdd(instance),
    ...settingsSupported(instance),
    ...clientsLogIn(instance),
    ...versionManaged(instance),
    ...versionKnown(instance),
  ];
}
