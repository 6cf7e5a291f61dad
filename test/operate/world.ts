import type { Stored } from 'cdk8s-reconciler';
import type { Job, Pod, Service, StatefulSet } from 'cdk8s-reconciler/kinds';
import { runningServers } from '../../lib/operate/configurations/feature.js';
import { decide } from '../../lib/operate/decide.js';
import type {
  DataMark,
  Observed,
  ObservedClaim,
  ObservedCredentials,
  ObservedLogin,
  ObservedMember,
} from '../../lib/operate/observed.js';
import type { ObservedChildren } from '../../lib/operate/view.js';
import { schema } from '../../lib/render/schema-job.js';
import type { NacosObject } from '../../lib/resource/nacos.js';
import { resolve } from '../../lib/resource/resolve.js';
import type { Reachable } from '../../lib/server/client.js';

/** 2026-11-21T08:00:00Z */
export const at = Date.UTC(2026, 10, 21, 8);

export const credentials: ObservedCredentials = {
  missing: [],
  unusable: [],
  administratorPassword: 'secret-password',
  currentAdministratorPassword: 'secret-password',
};

/** The servers take the password of the Secret. */
export const login: ObservedLogin = { pod: 'n-0', takes: 'wanted' };

const group = 'nacos_config';

function raftAddress(ordinal: number): string {
  return `n-${ordinal}.n-headless.shop.svc.cluster.local:7848`;
}

/** A server that answers and is well, one of three. */
export function up(ordinal: number, server: Partial<Reachable> = {}): ObservedMember {
  const host = `n-${ordinal}.n-headless.shop.svc.cluster.local`;
  const leaders = { [group]: raftAddress(0) };
  const peers = { [group]: [0, 1, 2].map(raftAddress) };
  const well = { version: '3.0.3', refused: false, administratorMissing: false, state: 'UP', leaders, peers };
  return {
    pod: `n-${ordinal}`,
    ordinal,
    ready: true,
    server: { reachable: true, ...well, address: `${host}:8848`, raftAddress: `${host}:7848`, ...server },
  };
}

/** A pod that is ready and whose server does not answer. */
export function silent(ordinal: number, reason = 'no answer within 5 s'): ObservedMember {
  return { pod: `n-${ordinal}`, ordinal, ready: true, server: { reachable: false, reason } };
}

export function observed(members: readonly ObservedMember[], more: Partial<Observed> = {}): Observed {
  const known = members.some(({ server }) => server?.reachable && server.administratorMissing === false);
  return {
    at,
    members,
    credentials,
    ...(known && { login }),
    volumes: { claims: [] },
    secrets: { missing: [] },
    ...more,
  };
}

/** The same, where every server has compared its configurations with the database since others run. */
export function refreshed(found: Observed): Observed {
  const running = runningServers(found);
  return { ...found, members: found.members.map((member) => ({ ...member, refreshed: running })) };
}

/** What is written down of the data in the claims of `n`. */
export function dataMark(members: number, more: Partial<DataMark> = {}): DataMark {
  const domain = 'n-headless.shop.svc.cluster.local';
  return { origin: 'first', type: 'cluster', database: 'embedded', version: '2.3.2', members, domain, ...more };
}

/** The claim of a server, with what is written down on it. */
export function claim(ordinal: number, mark?: DataMark, more: Partial<ObservedClaim> = {}): ObservedClaim {
  const size = { requested: '10Gi', capacity: '10Gi' };
  return { name: `db-n-${ordinal}`, uid: `claim-${ordinal}`, ...size, ...(mark && { mark }), ...more };
}

/** A pod of the servers, whose status is `status`. */
export function pod(name: string, status: Pod['status'], owner: [string, string] = ['StatefulSet', 'n']): Stored<Pod> {
  const ownerReferences = [{ apiVersion: 'v1', kind: owner[0], name: owner[1], uid: 'u', controller: true }];
  const metadata = { name, namespace: 'shop', uid: name, resourceVersion: '1', ownerReferences };
  return { apiVersion: 'v1', kind: 'Pod', metadata, status };
}

export function statefulSet(replicas: number, more: { readonly selector?: Record<string, string> } = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'n', namespace: 'shop', uid: 'n', resourceVersion: '1', generation: 1 },
    spec: {
      replicas,
      serviceName: '',
      template: {},
      selector: { matchLabels: more.selector ?? { app: 'n', component: 'nacos', middleware: 'nacos' } },
    },
    status: { replicas, readyReplicas: replicas, observedGeneration: 1 },
  } as Stored<StatefulSet>;
}

/** A StatefulSet whose controller has not seen its last change. */
export function changing(found: Stored<StatefulSet>): Stored<StatefulSet> {
  return { ...found, metadata: { ...found.metadata, generation: 2 } };
}

/** A cluster as it runs. */
export function running(servers: number, listed = servers): Pick<Observed, 'statefulSet' | 'listed'> {
  return { statefulSet: statefulSet(servers), listed };
}

/** The live Service for clients. */
export function clientService(selector: Record<string, string> = {}): Stored<Service> {
  const metadata = { name: 'n', namespace: 'shop', uid: 's', resourceVersion: '1' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector } };
}

/** The Job that creates the schema, ended or not. */
export function schemaJob(nacos: NacosObject, ended: boolean, completionTime?: string): Stored<Job> {
  const name = schema(resolve(nacos)).objects[0]?.metadata?.name ?? '';
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'shop', uid: 'j', resourceVersion: '1' },
    ...(ended && { status: { conditions: [{ type: 'Complete', status: 'True' }], completionTime } }),
  };
}

export const nothing: ObservedChildren = {
  secrets: [],
  statefulSets: [],
  jobs: [],
  pods: [],
  services: [],
  configMaps: [],
  credentials: [],
};

/** What is decided of what was found. */
export function decideOn(nacos: NacosObject, found: Observed, children: Partial<ObservedChildren> = {}) {
  return decide(nacos, { ...nothing, ...children }, found);
}

export function stepOf(nacos: NacosObject, found: Observed, children: Partial<ObservedChildren> = {}) {
  return decideOn(nacos, found, children).step;
}

/** Why the child of a kind must wait, undefined where it need not. */
export function gateOf(nacos: NacosObject, found: Observed, kind: string, children: Partial<ObservedChildren> = {}) {
  return decideOn(nacos, found, children).gates?.find(({ child }) => child.kind === kind)?.reason;
}

/** The object after a reconciliation that found `found`. */
export function look(
  nacos: NacosObject,
  found: Observed,
  children: Partial<ObservedChildren> = {},
  standard: Parameters<NonNullable<ReturnType<typeof decide>['status']>>[0] = [],
): NacosObject {
  const status = decideOn(nacos, found, children).status?.(standard);
  return { ...nacos, status: status as NacosObject['status'] };
}

export function condition({ status }: NacosObject, type: string) {
  return status?.conditions?.find((one) => one.type === type);
}

/** A StatefulSet with the version that all its servers have reached written on it. */
export function recorded(found: Stored<StatefulSet>, version: string): Stored<StatefulSet> {
  return { ...found, metadata: { ...found.metadata, annotations: { 'nacos.io/version': version } } };
}
