import type { Stored } from 'cdk8s-reconciler';
import type { Job, Pod, StatefulSet } from 'cdk8s-reconciler/kinds';
import type { CredentialFacts, Facts, MemberFacts } from '../../lib/operate/facts.js';
import { runningServers } from '../../lib/operate/plan/configurations.js';
import { type StatusChildren, status } from '../../lib/operate/status.js';
import { schemaJobName } from '../../lib/render/schema-job.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { resolve } from '../../lib/resource/resolve.js';
import type { Reachable } from '../../lib/server/client.js';

/** 2026-11-21T08:00:00Z */
export const at = Date.UTC(2026, 10, 21, 8);

export const credentials: CredentialFacts = { missing: [], unusable: [], administratorPassword: 'secret-password' };

const group = 'nacos_config';

function raftAddress(ordinal: number): string {
  return `n-${ordinal}.n-headless.shop.svc.cluster.local:7848`;
}

/** A server that answers and is well, one of three. */
export function up(ordinal: number, facts: Partial<Reachable> = {}): MemberFacts {
  const host = `n-${ordinal}.n-headless.shop.svc.cluster.local`;
  const leaders = { [group]: raftAddress(0) };
  const peers = { [group]: [0, 1, 2].map(raftAddress) };
  const server = { version: '3.0.3', refused: false, administratorMissing: false, state: 'UP', leaders, peers };
  return {
    pod: `n-${ordinal}`,
    ordinal,
    ready: true,
    server: { reachable: true, ...server, address: `${host}:8848`, raftAddress: `${host}:7848`, ...facts },
  };
}

/** A pod that is ready and whose server does not answer. */
export function silent(ordinal: number, reason = 'no answer within 5 s'): MemberFacts {
  return { pod: `n-${ordinal}`, ordinal, ready: true, server: { reachable: false, reason } };
}

export function facts(members: readonly MemberFacts[], more: Partial<Facts> = {}): Facts {
  return { at, members, credentials, ...more };
}

/** The same, where every server has compared its configurations with the database since others run. */
export function refreshed(found: Facts): Facts {
  const running = runningServers(found);
  return { ...found, members: found.members.map((member) => ({ ...member, refreshed: running })) };
}

/** A pod of the servers, whose status is `status`. */
export function pod(name: string, status: Pod['status'], owner: [string, string] = ['StatefulSet', 'n']): Stored<Pod> {
  const ownerReferences = [{ apiVersion: 'v1', kind: owner[0], name: owner[1], uid: 'u', controller: true }];
  const metadata = { name, namespace: 'shop', uid: name, resourceVersion: '1', ownerReferences };
  return { apiVersion: 'v1', kind: 'Pod', metadata, status };
}

export function statefulSet(replicas: number, selector?: Record<string, string>): Stored<StatefulSet> {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'n', namespace: 'shop', uid: 'n', resourceVersion: '1' },
    spec: { replicas, serviceName: '', template: {}, selector: { matchLabels: selector } },
    status: { replicas, readyReplicas: replicas },
  } as Stored<StatefulSet>;
}

/** The Job that creates the schema, ended or not. */
export function schemaJob(nacos: NacosObject, ended: boolean): Stored<Job> {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: schemaJobName(resolve(nacos)) ?? '', namespace: 'shop', uid: 'j', resourceVersion: '1' },
    ...(ended && { status: { conditions: [{ type: 'Complete', status: 'True' }] } }),
  };
}

export const nothing: StatusChildren = { statefulSets: [], jobs: [], pods: [] };

/** The object after a pass that found `found`. */
export function look(nacos: NacosObject, found: Facts, children: Partial<StatusChildren> = {}): NacosObject {
  const stated = status(nacos, { ...nothing, ...children }, found);
  return { ...nacos, status: stated as NacosObject['status'] };
}

export function condition({ status }: NacosObject, type: string) {
  return status?.conditions?.find((one) => one.type === type);
}
