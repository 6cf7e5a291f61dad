import type { Static } from '@sinclair/typebox';
import * as Type from '@sinclair/typebox/type';

const text = (description?: string, maxLength = 1024) =>
  Type.Optional(Type.String({ maxLength, ...(description && { description }) }));

const member = Type.Object(
  {
    pod: Type.String({ maxLength: 63 }),
    address: text('host:port, as the members call it.'),
    state: text('UP, STARTING, SUSPICIOUS or DOWN as it says; else Unreachable, Refused, Absent or Unknown.', 32),
    leaderOf: Type.Optional(
      Type.Array(Type.String({ maxLength: 128 }), { maxItems: 32, description: 'Raft groups that it leads.' }),
    ),
    version: text('Version that the server says it is.', 64),
    lastTransitionTime: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { description: 'A server.' },
);

const writtenItem = Type.Object({
  item: Type.String({ maxLength: 600 }),
  hash: text('Hash of the written content, unless that comes from a Secret.', 64),
});

const phases = [
  '',
  'Creating',
  'Running',
  'Scaling',
  'Updating',
  'Degraded',
  'Paused',
  'Stopped',
  'Terminating',
  'Failed',
] as const;

// The official operator wrote one entry per pod with status "true"; the enum takes what it left behind.
const conditions = Type.Array(
  Type.Object({
    type: Type.String({ maxLength: 316 }),
    status: Type.Union(['True', 'False', 'Unknown', 'true', 'false'].map((value) => Type.Literal(value))),
    reason: text(),
    message: text(undefined, 32768),
    lastTransitionTime: Type.Optional(Type.String({ format: 'date-time' })),
    observedGeneration: Type.Optional(Type.Integer({ format: 'int64', minimum: 0 })),
    instance: text(),
    hostIP: text(),
    podName: text(),
    nodeName: text(),
  }),
  {
    description:
      'What is true of the instance now. Ready sums it up; Stalled says that it needs a human, and what to do.',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
  },
);

const event = Type.Object({
  status: Type.Optional(Type.Boolean()),
  firstAppearTime: text(),
  lastTransitionTime: text(),
  message: text(undefined, 32768),
  code: Type.Optional(Type.Integer()),
});

/**
 * `.status` of a Nacos: the official operator's fields, then ours. A report: the operator decides nothing by it that a
 * lost one would change.
 */
export const status = Type.Object({
  phase: Type.Optional(
    Type.Unsafe<(typeof phases)[number]>(
      Type.Union(
        phases.map((value) => Type.Literal(value)),
        {
          description:
            'The READY column. Degraded: it ran, and some of it does not. Paused: nothing was started before it was paused. Stopped: it has no servers. Terminating: it is being deleted. Failed: needs a human, see the condition Stalled.',
        },
      ),
    ),
  ),
  version: text('Version read from the running servers; during a change, what all have reached.', 64),
  event: Type.Optional(
    Type.Array(event, {
      maxItems: 64,
      description: 'What the official operator wrote; kubectl describe shows events now.',
    }),
  ),
  desiredReplicas: Type.Optional(
    Type.Integer({ format: 'int32', description: 'Desired servers, also where spec.replicas is not set.' }),
  ),
  replicas: Type.Optional(Type.Integer({ format: 'int32', description: 'Servers that exist.' })),
  readyReplicas: Type.Optional(Type.Integer({ format: 'int32', description: 'Servers that are ready.' })),
  selector: text('Labels that select the pods, for kubectl scale and autoscalers.', 4096),
  volumeSize: text('What the volume claims ask for; the smallest of them where they differ.', 64),
  members: Type.Optional(
    Type.Array(member, { maxItems: 99, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['pod'] }),
  ),
  initialData: Type.Optional(
    Type.Array(writtenItem, {
      maxItems: 2048,
      description: 'Initial data that was written: it shows which changes people made later.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['item'],
    }),
  ),
  conditions: Type.Optional(conditions),
});

export type NacosStatus = Static<typeof status>;
