import type { Exactly } from './exactly.js';
import type { KubernetesObject } from './object.js';

/**
 * Rendered children, each with the fields of its kind among `Known` and no others. Before they are inferred, what the
 * compiler reads literals as.
 */
export type ExactChildren<Made, Known> = [Made] extends [never]
  ? readonly (Known | Literally)[] | readonly [Known | Literally]
  : Made extends readonly KubernetesObject[]
    ? Made & { [I in keyof Made]: ExactChild<Made[I], Known> }
    : never;

/**
 * No object is one: it only lets the compiler read `kind: 'Service'` of a literal child as that very text, which it
 * forgets while it still infers the kinds.
 */
interface Literally {
  readonly apiVersion?: Lowercase<string>;
  readonly kind?: Capitalize<string>;
  readonly [never]: never;
}
declare const never: unique symbol;

type ExactChild<Made, Known> = Made extends Literally ? Made : OfKind<Made, OfItsKind<Made, Known>>;

/** Of a kind that is declared without a type any fields are right. */
type OfKind<Made, Known> = KubernetesObject extends Known ? Made : Known & Exactly<Made, Known> & SaysItsKind<Made>;

type OfItsKind<Made, Known> = Known extends { readonly kind?: infer Name }
  ? Made extends { readonly kind?: Name }
    ? Known
    : never
  : never;

type SaysItsKind<Made> = 'apiVersion' | 'kind' extends keyof Made
  ? unknown
  : Required<Pick<KubernetesObject, 'apiVersion' | 'kind'>>;
