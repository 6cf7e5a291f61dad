import type { ClusterReader } from 'cdk8s-reconciler';
import { ConfigMap, Secret } from 'cdk8s-reconciler/kinds';
import type { ConfigurationItem } from '../observed-item.js';
import { secretValue } from '../secret-value.js';

/** The value of a source, or what to do about a missing one. */
export type Source = { readonly value: string; readonly secret: boolean } | { readonly missing: string };

export async function contentOf(
  { content, contentFrom }: ConfigurationItem['content'],
  namespace: string | undefined,
  reader: ClusterReader,
): Promise<Source> {
  if (content !== undefined) return { value: content, secret: false };
  if (contentFrom?.secretKeyRef) return secretKey(contentFrom.secretKeyRef, namespace, reader);
  const { name, key } = contentFrom?.configMapKeyRef ?? { name: '', key: '' };
  const map = await reader.get(ConfigMap, name, namespace);
  const value = map?.data?.[key];
  return value ? { value, secret: false } : { missing: toDo('ConfigMap', name, key, map !== undefined) };
}

export async function secretKey(
  { name, key }: { readonly name: string; readonly key: string },
  namespace: string | undefined,
  reader: ClusterReader,
): Promise<Source> {
  const secret = await reader.get(Secret, name, namespace);
  const value = secretValue(secret, key);
  return value ? { value, secret: true } : { missing: toDo('Secret', name, key, secret !== undefined) };
}

function toDo(kind: string, name: string, key: string, exists: boolean): string {
  return exists ? `add key ${key} to ${kind} ${name}` : `create ${kind} ${name} with key ${key}`;
}
