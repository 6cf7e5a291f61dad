/**
 * `Stated` where a field that `Known` does not have is never right: a literal with a wrong field does not compile, and
 * the compiler points at the field. (TypeScript itself compares what a function returns only with the fields that it
 * knows.)
 */
export type Exactly<Stated, Known> = [Stated] extends [never]
  ? unknown
  : unknown extends Known
    ? Stated
    : [Known] extends [Stated]
      ? Stated
      : Stated extends readonly unknown[]
        ? { [I in keyof Stated]: EachExactly<Stated[I], ItemOf<Known>> }
        : {
            [Name in keyof Stated]: Name extends NamesOf<Known>
              ? EachExactly<Stated[Name], FieldOf<Known, Name>>
              : never;
          };

/** Of several literals none hides what is wrong with another one. */
type EachExactly<Stated, Known> = Stated extends unknown ? Exactly<Stated, Known> : never;

/** Of each member of a union: of an object that is one of several. */
type NamesOf<Known> = Known extends object ? keyof Known : never;
type FieldOf<Known, Name> = Known extends object ? (Name extends keyof Known ? Known[Name] : never) : never;
type ItemOf<Known> = Known extends readonly (infer Item)[] ? Item : never;
