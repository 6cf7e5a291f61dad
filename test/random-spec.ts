import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { spec as specSchema } from '../lib/resource/spec.js';

type Json = Record<string, unknown>;

/** Specs that the schema takes and that keep the rules. */
export const validSpec: fc.Arbitrary<Json> = fromSchema(specSchema).map((spec) => keepingRules(spec as Json));

/** Names that an instance may have, long ones often. */
export const instanceName = fc.oneof(
  fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/),
  fc.stringMatching(/^[a-z][-a-z0-9]{50}[a-z0-9]$/),
);

export function fromSchema(schema: TSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...(schema.anyOf as TSchema[]).map(fromSchema));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]));
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 100_000 });
    case 'string':
      return schema.pattern
        ? fc.stringMatching(new RegExp(schema.pattern), { size: 'xsmall' })
        : fc.string({ minLength: schema.minLength, maxLength: Math.min(schema.maxLength ?? 20, 20) });
    case 'array':
      return fc.array(fromSchema(schema.items), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    default:
      return object(schema);
  }
}

function object(schema: TSchema): fc.Arbitrary<Json> {
  const values = Object.values((schema.patternProperties ?? {}) as Record<string, TSchema>)[0];
  if (values) return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fromSchema(values), { maxKeys: 3 });
  if (schema['x-kubernetes-preserve-unknown-fields'])
    return fc.record(
      { nodeSelector: fc.constantFrom(null, { disk: 'ssd' }), dnsPolicy: fc.constant('Default') },
      { requiredKeys: [] },
    );
  const properties = (schema.properties ?? {}) as Record<string, TSchema>;
  const entries = Object.entries(properties).map(([name, property]) => [name, fromSchema(property)]);
  return fc.record(Object.fromEntries(entries), { requiredKeys: schema.required ?? [], noNullPrototype: true });
}

function keepingRules({ replicas, ...rest }: Json): Json {
  const spec: Json = replicas === undefined ? rest : { ...rest, replicas: size(rest, replicas as number) };
  // Kubernetes refuses a variable with both.
  for (const variable of (spec.env as Json[] | undefined) ?? []) if (variable.valueFrom) delete variable.value;
  const database = spec.database as Json;
  if (database.credentialsSecret) {
    delete database.mysqlUser;
    delete database.mysqlPassword;
  }
  if (database.type === 'mysql') database.mysqlHost ||= 'db';
  for (const [name, nodePorts] of [
    ['service', 'nodePorts'],
    ['console', 'nodePort'],
  ] as const)
    if (spec[name]) keepingService(spec[name] as Json, nodePorts);
  for (const endpoint of Object.values((spec.endpoints as Json | undefined) ?? {}))
    keepingService(endpoint as Json, 'nodePort');
  for (const peer of ((spec.networkPolicy as Json | undefined)?.clients as Json[] | undefined) ?? [])
    if (peer.ipBlock) Object.assign(peer, { namespaceSelector: undefined, podSelector: undefined });
    else peer.podSelector ??= {};
  // Any field of Kubernetes, which this knows nothing of.
  for (const over of Object.values((spec.overlays as Json | undefined) ?? {})) delete (over as Json).spec;
  for (const one of ((spec.initialData as Json | undefined)?.configurations as Json[] | undefined) ?? [])
    Object.assign(one, { content: 'a', contentFrom: undefined });
  return JSON.parse(JSON.stringify(spec)) as Json;
}

function size({ type, database }: Json, replicas: number): number {
  if (type !== 'cluster') return replicas % 2;
  return (database as Json).type === 'mysql' ? replicas || 1 : replicas | 1;
}

function keepingService(service: Json, nodePorts: 'nodePort' | 'nodePorts'): void {
  const ports = service.nodePorts as { http: number; grpc?: number } | undefined;
  if (ports?.grpc) ports.grpc = ports.http + 1000;
  if (service[nodePorts] && service.type === 'ClusterIP') delete service.type;
  if (nodePorts === 'nodePorts' && !ports && service.type === 'NodePort') delete service.type;
  if (!service[nodePorts] && (service.type ?? 'ClusterIP') === 'ClusterIP') delete service.externalTrafficPolicy;
  if (service.type === 'LoadBalancer') return;
  delete service.loadBalancerClass;
  delete service.loadBalancerSourceRanges;
}
