import { type Schema, SchemaError } from './schema.js';

const reasons = ['FieldValueRequired', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueDuplicate'];

/**
 * The rules of the API server for CEL rules; what these cost and mean only the API server judges.
 *
 * @throws SchemaError for the first that is broken
 */
export function judgeRules(schema: Schema, path: string): void {
  for (const rule of (schema['x-kubernetes-validations'] ?? []) as Schema[]) {
    const { rule: expression, message, reason, fieldPath } = rule as Record<string, string | undefined>;
    const fail = (problem: string) => {
      throw new SchemaError(
        path,
        `a rule of x-kubernetes-validations ${problem}: ${expression ?? JSON.stringify(rule)}`,
      );
    };
    if (!expression?.trim()) fail('is empty');
    if (fieldPath !== undefined && !/^(\.|\[')/.test(fieldPath))
      fail(`has the fieldPath ${fieldPath}, which has to start with a dot`);
    if (message !== undefined && !message.trim()) fail('has an empty message');
    if (/[\n\r]/.test(message?.trim() ?? '')) fail('has a message of several lines');
    if (/[\n\r]/.test(expression!.trim()) && !message) fail('has several lines, and so needs a message');
    if (reason !== undefined && !reasons.includes(reason))
      fail(`has the reason ${reason}, which must be one of ${reasons.join(', ')}`);
  }
}
