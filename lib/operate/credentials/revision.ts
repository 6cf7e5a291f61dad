import { createHash, createHmac } from 'node:crypto';
import type { EnvVar, Secret, SecretKeySelector } from 'kubernetes-types/core/v1.js';
import { environment } from '../../render/environment.js';
import { secretsAnnotation } from '../../render/pod.js';
import type { Instance } from '../../resource/resolve.js';
import type { Identity } from '../../server/exchange.js';
import type { Observed, ObservedMember, ObservedSecrets } from '../observed.js';
import { secretValue } from '../secret-value.js';
import { credentialsLabel, dataStays, isOwned, revisionKey } from './secret.js';

/** A variable of the servers, and the key of a Secret that it comes from. */
type SecretVariable = readonly [variable: string, from: SecretKeySelector];

/** Whether servers take anything from Secrets. */
export function readsSecrets(instance: Instance): boolean {
  return secretVariables(instance).length > 0;
}

/** Variables of the servers that come from Secrets, by name. */
export function secretVariables(instance: Instance): SecretVariable[] {
  return secretReferences(environment(instance));
}

/** Those of an environment, by name. */
export function secretReferences(environment: readonly EnvVar[]): SecretVariable[] {
  return environment
    .flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? [[name, valueFrom.secretKeyRef] as const] : []))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * What servers would now take from Secrets. There is no revision while a key that they need is missing, or the one that
 * revisions are made with.
 *
 * @param own the Secret that this operator fills
 * @param identity that servers would now have, by whatever door
 */
export async function observeSecrets(
  instance: Instance,
  own: Secret | undefined,
  read: (name: string) => Promise<Secret | undefined>,
  identity?: Identity,
): Promise<ObservedSecrets> {
  const key = secretValue(own, revisionKey);
  const variables = secretVariables(instance);
  const names = [...new Set(variables.map(([, { name = '' }]) => name))];
  const secrets = new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
  const values = variables.map(
    ([variable, from]) => [variable, secrets.get(from.name ?? '')?.data?.[from.key]] as const,
  );
  const needed = variables.filter(([, { optional }], i) => !optional && values[i]?.[1] === undefined);
  const missing = [...new Set(needed.map(([, { name, key }]) => `key ${key} of Secret ${name}`))];
  return {
    missing,
    ...(readsSecrets(instance) && !key && { keyMissing: true }),
    ...(own?.immutable && { immutable: true }),
    ...(own &&
      (!own.metadata?.labels?.[credentialsLabel] || isOwned(own) === dataStays(instance)) && { unmarked: true }),
    ...(key && variables.length > 0 && missing.length === 0 && { revision: revisionOf(key, values) }),
    ...(key && identity && { identity: revisionOf(key, identity) }),
  };
}

/**
 * The revision to record on the StatefulSet, and the one that its pods are to name. They name none before a Secret
 * changes for the first time: an operator that begins to look after servers restarts none that takes the identity.
 */
export function secretsRevisions(
  instance: Instance,
  { secrets, statefulSet, members, credentials }: Observed,
): { readonly recorded?: string; readonly inPods?: string } {
  if (!readsSecrets(instance)) return {};
  const template = statefulSet?.spec?.template.metadata?.annotations?.[secretsAnnotation];
  const inPods = statefulSet ? template : members.find(({ secretsRevision }) => secretsRevision)?.secretsRevision;
  const recorded = statefulSet?.metadata.annotations?.[secretsAnnotation] ?? inPods;
  const { revision } = secrets;
  // Servers would not start with it, or not serve.
  const usable = revision !== undefined && (credentials?.unusable ?? []).length === 0;
  const changed = usable && recorded !== undefined && recorded !== revision && areComparable(revision, recorded);
  const next = changed || (usable && haveOtherIdentity(instance, members)) ? revision : inPods;
  const seen = usable ? revision : recorded;
  return { ...(seen && { recorded: seen }), ...(next && { inPods: next }) };
}

/**
 * Whether servers that have all that there is to have do not take the identity in the Secret. By their own word, where
 * revisions cannot be compared, as after the Secret was deleted, and made again with another key too.
 */
function haveOtherIdentity(instance: Instance, members: readonly ObservedMember[]): boolean {
  const fromSecret = secretVariables(instance).some(([variable]) => variable === 'NACOS_AUTH_IDENTITY_VALUE');
  const refuses = ({ server }: ObservedMember) => server?.reachable === true && server.refused;
  return fromSecret && members.some((member) => member.ready && !member.outdated && refuses(member));
}

/**
 * A text that changes with the values, and that does not help to try out guesses without the key. It begins with what
 * identifies the key: revisions of different keys cannot be compared.
 */
export function revisionOf(key: string, values: unknown): string {
  const id = createHash('sha256').update(key).digest('hex').slice(0, 4);
  return `${id}-${createHmac('sha256', key).update(JSON.stringify(values)).digest('hex').slice(0, 16)}`;
}

function areComparable(revision: string, other: string): boolean {
  return revision.split('-')[0] === other.split('-')[0];
}
