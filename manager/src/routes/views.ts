import { type Static, Type } from '@sinclair/typebox';
import { labelsOf, Nacos, type NacosObject } from 'cdk8s-nacos/model';
import { kind, type Stored } from 'cdk8s-reconciler';
import { ApiError } from 'cdk8s-reconciler/client';
import { Pod } from 'cdk8s-reconciler/kinds';
import type { Event } from 'kubernetes-types/core/v1.js';
import type { Kubernetes } from '../kubernetes.js';
import { manifestOf } from '../manifest.js';
import { ofInstance, problems, query } from '../parameters.js';
import type { Api } from './api.js';

const EventKind = kind<Event>('v1', 'Event');

const event = Type.Object({
  type: Type.String({ description: 'Normal or Warning.' }),
  reason: Type.String(),
  message: Type.String(),
  object: Type.String({ description: 'What it is about, such as Pod/dev-0.' }),
  count: Type.Integer(),
  lastSeen: Type.String({ description: 'Of the last of them.' }),
});

const member = Type.Object({
  pod: Type.String(),
  ready: Type.Boolean(),
  phase: Type.String({ description: 'Of the pod, such as Running; empty where the caller may not see pods.' }),
  node: Type.Optional(Type.String()),
  restarts: Type.Integer(),
  address: Type.Optional(Type.String({ description: 'host:port, as the members call it.' })),
  state: Type.Optional(Type.String({ description: 'UP, STARTING, SUSPICIOUS, DOWN or Unreachable.' })),
  leaderOf: Type.Array(Type.String(), { description: 'Raft groups that it leads.' }),
  version: Type.Optional(Type.String()),
});

const events = Type.Object({ items: Type.Array(event, { description: 'Newest first.' }) });
/** An answer with events. */
export type Events = Static<typeof events>;

const members = Type.Object({ items: Type.Array(member) });
/** An answer with members. */
export type Members = Static<typeof members>;

const path = '/namespaces/:namespace/instances/:name';
const common = { params: ofInstance, querystring: query({}) };

/** Events, members and manifest of an instance. */
export function views(api: Api): void {
  listEvents(api);
  listMembers(api);
  getManifest(api);
}

function listEvents(api: Api): void {
  const schema = {
    operationId: 'listEvents',
    summary: 'Events of an instance, its StatefulSet and its pods',
    ...common,
    response: { 200: events, ...problems(404) },
  };
  api.get(`${path}/events`, { schema }, async (request): Promise<Events> => {
    const { namespace, name } = request.params;
    const kubernetes = request.kubernetes();
    await kubernetes.get(Nacos, namespace, name);
    const { items } = await kubernetes.list(EventKind, { namespace });
    const own = items.filter(({ involvedObject }) => isPartOf(involvedObject.name ?? '', name)).map(eventOf);
    return { items: own.toSorted((a, b) => (a.lastSeen < b.lastSeen ? 1 : -1)) };
  });
}

function listMembers(api: Api): void {
  const schema = {
    operationId: 'listMembers',
    summary: 'The servers of an instance',
    ...common,
    response: { 200: members, ...problems(404) },
  };
  api.get(`${path}/members`, { schema }, async (request): Promise<Members> => {
    const { namespace, name } = request.params;
    const kubernetes = request.kubernetes();
    const nacos = await kubernetes.get(Nacos, namespace, name);
    return { items: membersOf(nacos, await podsOf(kubernetes, nacos)) };
  });
}

function getManifest(api: Api): void {
  const yaml = { description: 'The manifest.', content: { 'application/yaml': { schema: Type.String() } } };
  const schema = {
    operationId: 'getManifest',
    summary: 'The Nacos object as YAML, to keep in Git',
    description: 'Whole, so also with a password that stands in its spec in plain text.',
    ...common,
    response: { 200: yaml, ...problems(404) },
  };
  api.get(`${path}/manifest`, { schema }, async (request, reply) => {
    const { namespace, name } = request.params;
    const nacos = await request.kubernetes().get(Nacos, namespace, name);
    return reply.type('application/yaml').send(manifestOf(nacos));
  });
}

/**
 * The instance itself, `dev-0`, `dev-client`, `dev-schema-1f2e`, `db-dev-0`. Another instance `dev-client` would be in
 * it too: a view, no more.
 */
function isPartOf(object: string, name: string): boolean {
  return object === name || object.startsWith(`${name}-`) || object.startsWith(`db-${name}-`);
}

function eventOf(found: Event): Static<typeof event> {
  const { type = '', reason = '', message = '', involvedObject, count, series } = found;
  const lastSeen =
    series?.lastObservedTime ?? found.lastTimestamp ?? found.eventTime ?? found.metadata.creationTimestamp;
  return {
    type,
    reason,
    message,
    object: `${involvedObject.kind}/${involvedObject.name}`,
    count: series?.count ?? count ?? 1,
    lastSeen: lastSeen ?? '',
  };
}

/** Without the right to see pods there is what the status says. */
async function podsOf(
  kubernetes: Kubernetes,
  { metadata, status }: Stored<NacosObject>,
): Promise<readonly Stored<Pod>[]> {
  const labels = Object.entries(labelsOf(metadata.name)).map(([key, value]) => `${key}=${value}`);
  const labelSelector = status?.selector || labels.join(',');
  try {
    return (await kubernetes.list(Pod, { namespace: metadata.namespace, labelSelector })).items;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}

function membersOf({ status }: NacosObject, pods: readonly Stored<Pod>[]): Static<typeof member>[] {
  const known = new Map(status?.members?.map((member) => [member.pod, member]));
  const names = new Set([...known.keys(), ...pods.map(({ metadata }) => metadata.name)]);
  return [...names]
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => {
      const pod = pods.find(({ metadata }) => metadata.name === name);
      const { address, state, leaderOf = [], version } = known.get(name) ?? {};
      const conditions = pod?.status?.conditions ?? [];
      return {
        pod: name,
        ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
        phase: pod?.status?.phase ?? '',
        node: pod?.spec?.nodeName,
        restarts: (pod?.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
        address,
        state,
        leaderOf,
        version,
      };
    });
}
