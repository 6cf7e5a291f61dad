import { type Static, Type } from '@sinclair/typebox';

const text = (description?: string, maxLength = 1024) =>
  Type.Optional(Type.String({ maxLength, ...(description && { description }) }));

const member = Type.Object(
  {
    pod: Type.String({ maxLength: 63 }),
    address: text('host:port, as the members call it.'),
    state: text('UP, STARTING, SUSPICIOUS, DOWN, or Unreachable where it did not answer.', 32),
    leaderOf: Type.Optional(
      Type.Array(Type.String({ maxLength: 128 }), { maxItems: 32, description: 'Raft groups that it leads.' }),
    ),
    version: text('Version that the server says it is.', 64),
    lastTransitionTime: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { description: 'A server.' },
);

const seeded = Type.Object({
  item: Type.String({ maxLength: 600 }),
  hash: text('Of the content that was written, unless that comes from a Secret.', 64),
});

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

/** `.status` of a Nacos: the official operator's fields, then ours. */
export const status = Type.Object({
  phase: Type.Optional(
    Type.Unsafe<'' | 'Creating' | 'Running' | 'Failed' | 'Scaling'>(
      Type.Union(
        ['', 'Creating', 'Running', 'Failed', 'Scaling'].map((value) => Type.Literal(value)),
        {
          description: 'The READY column. Failed: needs a human, see the condition Stalled.',
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
    Type.Integer({ format: 'int32', description: 'Servers that are asked for, also where spec.replicas is not set.' }),
  ),
  replicas: Type.Optional(Type.Integer({ format: 'int32', description: 'Servers that exist.' })),
  readyReplicas: Type.Optional(Type.Integer({ format: 'int32', description: 'Servers that are ready.' })),
  selector: text('Labels that select the pods, for kubectl scale and autoscalers.', 4096),
  volumeSize: text('What the volume claims ask for; the smallest of them where they differ.', 64),
  members: Type.Optional(
    Type.Array(member, { maxItems: 99, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['pod'] }),
  ),
  membership: Type.Optional(
    Type.Object(
      {
        members: Type.Integer({ format: 'int32', minimum: 0, description: 'Servers in the list of members.' }),
        servers: Type.Integer({ format: 'int32', minimum: 0, description: 'Servers that are to run.' }),
      },
      {
        description:
          'How far a cluster is on its way to spec.replicas: it is changed by one member at a time, and this is what the operator applies.',
      },
    ),
  ),
  secrets: Type.Optional(
    Type.Object(
      {
        revision: Type.String({ maxLength: 64, description: 'Changes with the values, and tells nothing of them.' }),
        inPods: Type.Boolean({
          description:
            'Whether the pods name it: from the first change on that was seen, so that nothing else restarts them.',
        }),
      },
      { description: 'What the servers take from Secrets: token, identity, the login of the database.' },
    ),
  ),
  filled: Type.Optional(
    Type.Boolean({
      description: 'Whether the initial data was there once; before, Services for clients lead nowhere.',
    }),
  ),
  seeded: Type.Optional(
    Type.Array(seeded, {
      maxItems: 2048,
      description: 'Initial data that was written, so that what people change later is told from it.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['item'],
    }),
  ),
  conditions: Type.Optional(conditions),
});

export type NacosStatus = Static<typeof status>;
