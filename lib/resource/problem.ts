import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { quantityPattern } from 'cdk8s-reconciler/schema';
import { portPattern, versionPattern } from './spec.js';

/** What is wrong with a field, in words that say what to do. */
export interface Problem {
  /** Such as `spec.database.mysqlHost`. */
  readonly path: string;
  /** The value as JSON; absent where there is none, where it says nothing, and where it is a secret. */
  readonly value?: string;
  readonly message: string;
}

/** `path: value: message`, with `name` for the path where the reader knows it by another. */
export function problemText({ path, value, message }: Problem, name = path): string {
  return [name, ...(value === undefined ? [] : [value]), message].join(': ');
}

/** Fields that hold a secret, or may. */
const secret =
  /^spec\.(database\.mysqlPassword|certification\.token|config|env(\.\d+|\[.*\])\.value|initialData\.configurations(\.\d+|\[.*\])\.content)$/;

/** @param path such as `spec.env.0.value` or `spec.env[TOKEN].value` */
export function isSecret(path: string): boolean {
  return secret.test(path);
}

/** A value as a reader may see it. */
export function shown(path: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'object' || isSecret(path)) return undefined;
  const text = JSON.stringify(value);
  // A function or a symbol has no JSON.
  if (text === undefined) return undefined;
  return text.length > 64 ? `${text.slice(0, 60)}…"` : text;
}

/** A value that the schema does not take. */
export function schemaProblem(path: string, error: ValueError): Problem {
  return { path, value: shown(path, error.value), message: words(error) };
}

const patterns: Readonly<Record<string, string>> = {
  [quantityPattern]: 'is not a quantity, write it as 500m, 2, 512Mi or 10Gi',
  [versionPattern]: 'is not a version, write it as 2.3.2',
  [portPattern]: 'is not a port such as "3306", with the quotes',
};

function words({ type, message, schema, value }: ValueError): string {
  if (value === undefined) return 'is required';
  if (schema.pattern && typeof value !== 'object')
    return patterns[schema.pattern] ?? 'has another form than is expected';
  switch (type) {
    case ValueErrorType.ObjectAdditionalProperties:
      return 'there is no such field; see kubectl explain nacos.spec';
    case ValueErrorType.Union:
      return options(schema.anyOf);
    case ValueErrorType.IntegerMinimum:
    case ValueErrorType.IntegerMaximum:
      return schema.maximum === undefined
        ? `is less than ${schema.minimum}`
        : `is not between ${schema.minimum ?? 0} and ${schema.maximum}`;
    case ValueErrorType.Integer:
      return typeof value === 'string' ? 'is a text, write a number without quotes' : 'is not a whole number';
    case ValueErrorType.String:
      return typeof value === 'object' ? 'is not a text' : 'is not a text, put it in quotes';
    case ValueErrorType.Boolean:
      return 'is neither true nor false';
    case ValueErrorType.Array:
      return 'is not a list';
    case ValueErrorType.Object:
      return 'is not an object with fields';
    case ValueErrorType.StringMinLength:
      return 'is empty';
    case ValueErrorType.StringMaxLength:
      return `is longer than ${schema.maxLength} characters`;
    default:
      return message.replace(/^E/, 'e');
  }
}

function options(anyOf: readonly { readonly const?: unknown }[]): string {
  const allowed = anyOf.map((option) => option.const).filter((value) => value !== undefined && value !== '');
  return allowed.length > 0 ? `is not one of ${allowed.join(', ')}` : 'is neither a number nor a text';
}
