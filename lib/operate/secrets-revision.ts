import type { Secret, SecretKeySelector } from 'kubernetes-types/core/v1.js';
import { environment } from '../render/environment.js';
import type { Instance } from '../resource/resolve.js';
import type { NacosStatus } from '../resource/status.js';
import { revisionKey, revisionOf, secretValue } from './credentials.js';
import type { Facts } from './facts.js';

/** A variable of the servers, and the key of a Secret that it comes from. */
type SecretVariable = readonly [variable: string, from: SecretKeySelector];

/** Whether there is anything in the servers that a changed Secret would change. */
export function readsSecrets(instance: Instance): boolean {
  return secretVariables(instance).length > 0;
}

function secretVariables(instance: Instance): SecretVariable[] {
  return environment(instance)
    .flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? [[name, valueFrom.secretKeyRef] as const] : []))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * What servers would now take from Secrets, as a text that changes with it and tells nothing of it: without the key in the own Secret
 * nobody can try out guesses. Undefined while that key, or one that the servers need, is not there.
 */
export async function secretsRevision(
  instance: Instance,
  own: Secret | undefined,
  read: (name: string) => Promise<Secret | undefined>,
): Promise<string | undefined> {
  const key = secretValue(own, revisionKey);
  const variables = secretVariables(instance);
  if (!key || variables.length === 0) return undefined;
  const names = [...new Set(variables.map(([, { name = '' }]) => name))];
  const secrets = new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
  const values = variables.map(([variable, from]) => [variable, secrets.get(from.name ?? '')?.data?.[from.key]]);
  if (variables.some(([, { optional }], i) => !optional && values[i]?.[1] === undefined)) return undefined;
  return revisionOf(key, values);
}

/**
 * What the pods are to name. Not before a Secret changes for the first time: an operator that begins to look after servers restarts none.
 * After a lost status it is what their StatefulSet names.
 */
export function statedSecrets(
  instance: Instance,
  { secretsRevision: found, live }: Facts,
  status: NacosStatus | undefined,
): Pick<NacosStatus, 'secrets'> {
  if (!readsSecrets(instance)) return {};
  const inLive = live?.secretsRevision ? { revision: live.secretsRevision, inPods: true } : undefined;
  const before = status?.secrets ?? inLive;
  if (!found || before?.revision === found) return before ? { secrets: before } : {};
  return { secrets: { revision: found, inPods: before !== undefined } };
}
