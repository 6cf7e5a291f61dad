import * as Type from '@sinclair/typebox/type';

/** A text of a limited length: limits keep the cost of CEL rules in bounds. */
export const optionalText = (description: string, maxLength = 253) =>
  Type.Optional(Type.String({ description, maxLength }));
