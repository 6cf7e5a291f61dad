/**
 * `cdk8s-reconciler/schema`: what a `spec` takes again and again, as TypeBox schemas with the types of Kubernetes.
 * Their bounds keep the cost of CEL rules low. Each takes TypeBox's options, such as `description` and `default`.
 *
 * @module
 */

import type { IntegerOptions, SchemaOptions, TInteger, TProperties, TSchema, TUnsafe } from '@sinclair/typebox';
import * as Type from '@sinclair/typebox/type';
import type { EnvVar, ResourceRequirements } from 'kubernetes-types/core/v1.js';

import { unchanged } from '../lasting.js';

export { parseQuantity } from '../quantity.js';

/** What a quantity looks like (k8s.io/apimachinery, quantity.go). */
export const quantityPattern =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

const text = (maxLength = 1024) => Type.Optional(Type.String({ maxLength }));
const some = <T extends TProperties>(properties: T) => Type.Optional(Type.Object(properties));
const list = <T extends TSchema>(items: T, maxItems: number) => Type.Array(items, { maxItems });

/**
 * A quantity, such as `500m` or `4Gi`. A string for TypeScript, as kubernetes-types has it; the API server takes a
 * number too.
 */
export function quantity(options: SchemaOptions = {}): TUnsafe<string> {
  return Type.Unsafe(
    Type.Union([Type.Integer(), Type.String({ pattern: quantityPattern })], {
      'x-kubernetes-int-or-string': true,
      pattern: quantityPattern,
      ...options,
    }),
  );
}

/** Quantities by resource, such as `{ cpu: '500m', memory: '4Gi' }`. */
export function quantities(options: SchemaOptions = {}): TUnsafe<Record<string, string>> {
  return Type.Unsafe(Type.Record(Type.String(), quantity(), { maxProperties: 16, ...options }));
}

/** `resources` of a container: limits, requests and claims. */
export function resources(options: SchemaOptions = {}): TUnsafe<ResourceRequirements> {
  const claim = Type.Object({ name: Type.String(), request: text() });
  const properties = {
    limits: Type.Optional(quantities()),
    requests: Type.Optional(quantities()),
    claims: Type.Optional(list(claim, 16)),
  };
  return Type.Unsafe(Type.Object(properties, options));
}

/** `env` of a container: variables with a value, or from where they have it. */
export function environment(options: SchemaOptions = {}): TUnsafe<EnvVar[]> {
  const optional = Type.Optional(Type.Boolean());
  const key = () => some({ name: text(), key: Type.String({ maxLength: 253 }), optional });
  const variable = Type.Object({
    name: Type.String({ minLength: 1, maxLength: 1024 }),
    value: Type.Optional(Type.String({ maxLength: 131072 })),
    valueFrom: some({
      configMapKeyRef: key(),
      secretKeyRef: key(),
      fieldRef: some({ apiVersion: text(), fieldPath: Type.String({ maxLength: 1024 }) }),
      resourceFieldRef: some({ containerName: text(), resource: Type.String(), divisor: Type.Optional(quantity()) }),
      fileKeyRef: some({ volumeName: text(), path: text(), key: text(), optional }),
    }),
  });
  return Type.Unsafe(Type.Array(variable, { maxItems: 256, ...options }));
}

/** One of some texts, such as `oneOf(['ClusterIP', 'NodePort'])`; for TypeScript a union of them. */
export function oneOf<const T extends readonly string[]>(
  values: T,
  options: SchemaOptions & { readonly default?: T[number] } = {},
): TUnsafe<T[number]> {
  const literals = values.map((value) => Type.Literal(value));
  return Type.Unsafe(Type.Union(literals, options));
}

/**
 * An option of what cannot change later, nor be taken away. What is optional may be set once. In an item of a list, or
 * a value of a map, it holds as long as there is the item.
 *
 * @param message message of the refusal: that it cannot change, and what to do instead
 *
 * @example
 *
 * Type.String(immutable('region: cannot change, create a second cluster and move the data'))
 */
export function immutable(message: string): SchemaOptions {
  return { 'x-kubernetes-validations': [{ rule: unchanged, message }] };
}

/** The number of a port, 1 to 65535. */
export function port(options: IntegerOptions = {}): TInteger {
  return Type.Integer({ minimum: 1, maximum: 65535, ...options });
}
