import type { Static, TSchema } from '@sinclair/typebox';
import * as Type from '@sinclair/typebox/type';
import { oneOf } from 'cdk8s-reconciler/schema';
import { optionalText } from './fields.js';
import { configurationRules, permissionRules, userRules } from './rules.js';

/** What the server takes for the name of a group or a configuration (nacos: ParamUtils.java). */
const namePattern = '^[-A-Za-z0-9_.:]+$';
const namespacePattern = '^[-A-Za-z0-9_]+$';

const list = <T extends TSchema>(items: T, keys: readonly string[], maxItems: number, description: string) =>
  Type.Optional(
    Type.Array(items, {
      maxItems,
      description,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': [...keys],
    }),
  );

const key = (description: string, defaultKey?: string) =>
  Type.Object(
    {
      name: Type.String({ description: 'In the same namespace.', minLength: 1, maxLength: 253 }),
      key: Type.String({ minLength: 1, maxLength: 253, ...(defaultKey && { default: defaultKey }) }),
    },
    { description },
  );

const namespaceId = () =>
  Type.String({ default: 'public', description: 'ID of the namespace.', pattern: namespacePattern, maxLength: 128 });

const policies = ['KeepChanges', 'Overwrite'] as const;

const namespace = Type.Object({
  id: Type.String({ description: 'What clients are configured with.', pattern: namespacePattern, maxLength: 128 }),
  name: optionalText('What the console shows. Default: the id.', 128),
  description: optionalText('What the console shows beside it.', 256),
});

const user = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 50 }),
    passwordSecret: key(
      'Where the password comes from; it is set when the user is created, and then belongs to the user.',
      'password',
    ),
    roles: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
        maxItems: 16,
        description: 'Roles that the user has; a role exists as soon as a user has it.',
      }),
    ),
  },
  { 'x-kubernetes-validations': userRules },
);

const permission = Type.Object(
  {
    role: Type.String({ minLength: 1, maxLength: 50 }),
    namespace: namespaceId(),
    action: oneOf(['r', 'w', 'rw'], { description: 'r: read. w: write. rw: both.' }),
  },
  { 'x-kubernetes-validations': permissionRules },
);

const configuration = Type.Object(
  {
    namespace: namespaceId(),
    group: Type.String({ default: 'DEFAULT_GROUP', pattern: namePattern, maxLength: 128 }),
    dataId: Type.String({ pattern: namePattern, maxLength: 255 }),
    type: Type.Optional(
      oneOf(['text', 'json', 'xml', 'yaml', 'html', 'properties'], {
        description: 'Format, for the console. Default: what the end of dataId says, or text.',
      }),
    ),
    content: Type.Optional(Type.String({ minLength: 1, maxLength: 65536, description: 'The content itself.' })),
    contentFrom: Type.Optional(
      Type.Object(
        {
          configMapKeyRef: Type.Optional(key('A key of a ConfigMap.')),
          secretKeyRef: Type.Optional(key('A key of a Secret.')),
        },
        { description: 'Where the content comes from.' },
      ),
    ),
    policy: Type.Optional(oneOf(policies, { description: 'For this configuration instead of all.' })),
  },
  { 'x-kubernetes-validations': configurationRules },
);

/** `.spec.initialData` */
export const initialData = Type.Object(
  {
    policy: oneOf(policies, {
      default: 'KeepChanges',
      description:
        'KeepChanges: what people changed or deleted on the server since stays so. Overwrite: it is put back every time.',
    }),
    namespaces: list(namespace, ['id'], 64, 'Namespaces that there should be.'),
    users: list(user, ['username'], 64, 'Users that there should be.'),
    permissions: list(permission, ['role', 'namespace'], 128, 'What roles may do in namespaces.'),
    configurations: list(configuration, ['namespace', 'group', 'dataId'], 256, 'Configurations that there should be.'),
  },
  {
    description: 'What the servers are filled with before clients are let in. Taking something out removes it nowhere.',
  },
);

export type InitialData = Static<typeof initialData>;
