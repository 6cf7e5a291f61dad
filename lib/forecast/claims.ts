import type { Kind, KubernetesObject, Stored } from 'cdk8s-reconciler';
import { ApiError, type Client, objectPath } from 'cdk8s-reconciler/client';
import { PersistentVolumeClaim } from 'cdk8s-reconciler/kinds';
import type { ObservedClaim } from '../operate/observed.js';
import { claimSize } from '../operate/volumes/claims.js';
import { tooSmall } from '../operate/volumes/feature.js';
import { observeVolumes } from '../operate/volumes/observe.js';
import type { NacosObject } from '../resource/nacos.js';
import { resolve } from '../resource/resolve.js';

/** Claims as far as the caller may look at them. */
export interface Claims {
  readonly claims?: readonly ObservedClaim[];
  /** What is not known of them, and why. */
  readonly unseen: readonly string[];
}

/** All claims that the servers of an instance would find, those of members that left too, and whether they can grow. */
export async function claimsIn(client: Client, nacos: NacosObject, token?: string): Promise<Claims> {
  const get = async <T extends KubernetesObject>(kind: Kind<T>, name: string, namespace = 'default') =>
    client.request<Stored<T>>('GET', objectPath(kind, name, namespace), { token }).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
  const instance = resolve(nacos);
  try {
    const { claims } = await observeVolumes(nacos, instance, { members: [] }, { get });
    const small = tooSmall(instance, { claims });
    const size = claimSize(instance);
    if (!size || small.length === 0) return { claims, unseen: [] };
    return await tryOut(client, { claims, small, size, namespace: instance.namespace ?? 'default' }, token);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return { unseen: [`volume claims that are there: ${error.message}`] };
  }
}

interface Growth extends Required<Pick<Claims, 'claims'>> {
  readonly small: readonly ObservedClaim[];
  readonly size: string;
  readonly namespace: string;
}

/** Whether claims can grow only the API server knows, by their StorageClass: it is asked by a dry run. */
async function tryOut(client: Client, { claims, small, size, namespace }: Growth, token?: string): Promise<Claims> {
  const unseen: string[] = [];
  const grown = await Promise.all(
    claims.map(async (claim) => {
      if (!small.includes(claim)) return claim;
      const message = await refusalOf(client, claim.name, size, namespace, token);
      if (message === undefined) return claim;
      if (!lacksRight.test(message)) return { ...claim, refused: { size, at: 0, message } };
      unseen.push(`whether volume claim ${claim.name} can grow: ${message}`);
      return claim;
    }),
  );
  return { claims: grown, unseen };
}

const lacksRight = /User "[^"]*" cannot patch resource/;

async function refusalOf(client: Client, name: string, storage: string, namespace: string, token?: string) {
  try {
    await client.request('PATCH', objectPath(PersistentVolumeClaim, name, namespace), {
      body: { spec: { resources: { requests: { storage } } } },
      contentType: 'application/merge-patch+json',
      query: { dryRun: 'All' },
      token,
    });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 422)) return error.message;
    throw error;
  }
}
