import { type Static, Type } from '@sinclair/typebox';
import { clientServiceName, type NacosObject, type NacosSpec, ports, resolve, spec, status } from 'cdk8s-nacos/model';
import type { Stored } from 'cdk8s-reconciler';

/** Where clients or people reach an instance. */
export const endpoint = Type.Object({
  name: Type.String({ description: 'http, grpc, console, or what it is on every node.' }),
  address: Type.String({ description: 'host:port, or a URL of the console.' }),
});

/** A Nacos as this API shows it. */
export const instance = Type.Object(
  {
    namespace: Type.String(),
    name: Type.String(),
    uid: Type.String(),
    resourceVersion: Type.String({ description: 'Also the ETag; send it as If-Match to change this version only.' }),
    generation: Type.Integer(),
    createdAt: Type.String({ format: 'date-time' }),
    deletedAt: Type.Optional(Type.String({ format: 'date-time', description: 'Set while it is being deleted.' })),
    phase: Type.String({
      description: 'As status.phase; Terminating while it is being deleted, empty before the operator looked.',
    }),
    spec: Type.Partial(spec, { description: 'Without passwords and tokens that stand in it in plain text.' }),
    status: status,
    endpoints: Type.Array(endpoint),
  },
  { $id: 'Instance', title: 'Instance', description: 'A Nacos instance, as it should be and as it is.' },
);
/** An answer with an instance. */
export type Instance = Static<typeof instance>;

/** The instance as this API shows it, without the secrets in its spec. */
export function instanceOf(nacos: Stored<NacosObject>): Instance {
  const { metadata, status = {} } = nacos;
  const deletedAt = metadata.deletionTimestamp;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion ?? '',
    generation: metadata.generation ?? 0,
    createdAt: metadata.creationTimestamp ?? '',
    ...(deletedAt && { deletedAt }),
    phase: deletedAt ? 'Terminating' : (status.phase ?? ''),
    spec: withoutSecrets(nacos.spec),
    status,
    endpoints: endpointsOf(nacos),
  };
}

/** Left out rather than masked: the answer sent back in a PATCH changes nothing. */
export function withoutSecrets(spec: NacosSpec): NacosSpec {
  const { mysqlPassword: _password, ...database } = spec.database ?? {};
  if (!spec.certification) return { ...spec, database: database as NacosSpec['database'] };
  const { token: _token, ...certification } = spec.certification;
  return { ...spec, database: database as NacosSpec['database'], certification };
}

function endpointsOf(nacos: NacosObject): Static<typeof endpoint>[] {
  const resolved = resolve(nacos);
  const { service, console } = nacos.spec;
  const host = `${clientServiceName(resolved)}.${nacos.metadata.namespace}`;
  const { consolePort } = resolved.profile;
  return [
    { name: 'http', address: `${host}:${ports.http}` },
    { name: 'grpc', address: `${host}:${ports.grpc}` },
    {
      name: 'console',
      address: consolePort ? `http://${host}:${consolePort}/` : `http://${host}:${ports.http}/nacos`,
    },
    ...(service?.nodePorts ? [{ name: 'http on every node', address: `:${service.nodePorts.http}` }] : []),
    ...(console?.nodePort ? [{ name: 'console on every node', address: `:${console.nodePort}` }] : []),
  ];
}
