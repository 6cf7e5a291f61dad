import * as Type from '@sinclair/typebox/type';
import { stringMap } from './kubernetes-schema.js';
import { labelRules, ownRules } from './rules.js';

const anything = { 'x-kubernetes-preserve-unknown-fields': true } as const;
const object = () => Type.Optional(Type.Object({}, anything));
const text = () => Type.Optional(Type.String());
const flag = () => Type.Optional(Type.Boolean());

const metadata = () =>
  Type.Optional(
    Type.Object(
      { labels: Type.Optional(stringMap()), annotations: Type.Optional(stringMap()) },
      { 'x-kubernetes-validations': labelRules },
    ),
  );

const metadataOf = (description: string) => Type.Optional(Type.Object({ metadata: metadata() }, { description }));

// Fields that are refused are in the schema, since a rule sees no others.
const service = Type.Object(
  {
    selector: object(),
    type: text(),
    clusterIP: text(),
    clusterIPs: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })),
    publishNotReadyAddresses: flag(),
  },
  { ...anything, 'x-kubernetes-validations': ownRules.service },
);
const job = Type.Object(
  {
    selector: object(),
    manualSelector: flag(),
    template: Type.Optional(Type.Object({ metadata: metadata() }, anything)),
  },
  { ...anything, 'x-kubernetes-validations': ownRules.job },
);
const budget = Type.Object({ selector: object() }, { ...anything, 'x-kubernetes-validations': ownRules.budget });

/** Fields of children that the spec has no word for. */
export const overlays = Type.Object(
  {
    services: Type.Optional(
      Type.Object({ metadata: metadata(), spec: Type.Optional(service) }, { description: 'Of every Service.' }),
    ),
    job: Type.Optional(
      Type.Object({ metadata: metadata(), spec: Type.Optional(job) }, { description: 'Of the Job of the schema.' }),
    ),
    podDisruptionBudget: Type.Optional(Type.Object({ metadata: metadata(), spec: Type.Optional(budget) })),
    statefulSet: metadataOf('k8sWrapper is for its pods.'),
    configMaps: metadataOf('Of every ConfigMap.'),
    secrets: metadataOf('Of Secrets with what the spec has in plain text.'),
  },
  { description: 'Laid over the children of a kind, as k8sWrapper over pods; null takes a field away.' },
);
