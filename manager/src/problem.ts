import { STATUS_CODES } from 'node:http';
import { type Static, Type } from '@sinclair/typebox';
import {
  configurationRules,
  consoleRules,
  objectRules,
  permissionRules,
  serviceRules,
  specRules,
  userRules,
} from 'cdk8s-nacos/model';
import { type ApiError, type ApiErrorCause, ConnectionError } from 'cdk8s-reconciler/client';

/** What is wrong with one field. */
export const fieldError = Type.Object({
  field: Type.String({ description: 'Path as Kubernetes has it, such as spec.replicas.' }),
  pointer: Type.String({ description: 'JSON pointer into the body of the request, such as #/replicas.' }),
  detail: Type.String({ description: 'What is wrong, and what to do.' }),
});

/** RFC 9457. */
export const problem = Type.Object(
  {
    type: Type.String({ description: 'about:blank: the status is the kind of problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong, and what to do.' }),
    errors: Type.Optional(Type.Array(fieldError, { description: 'One for each field that is wrong.' })),
  },
  { $id: 'Problem', title: 'Problem', description: 'An RFC 9457 problem.' },
);
/** An answer with a problem. */
export type Problem = Static<typeof problem>;
type FieldError = Static<typeof fieldError>;

/** Thrown by handlers. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly errors?: readonly FieldError[],
    readonly retryAfter?: number,
  ) {
    super(detail);
  }
}

/** The answer to an error. */
export function problemOf({ status, message, errors }: ProblemError): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail: message, ...(errors?.length && { errors: [...errors] }) };
}

/**
 * `spec.env.0.name` → an error with the pointer `#/env/0/name`: the body has the spec's fields, and `name` for
 * `metadata.name`.
 */
export function fieldErrorOf(field: string, detail: string): FieldError {
  const path = field.replace(/^spec\.|^metadata\.(?=name$)/, '').replaceAll(/\[(\w+)\]/g, '.$1');
  const tokens =
    path === 'spec' ? [] : path.split('.').map((token) => token.replaceAll('~', '~0').replaceAll('/', '~1'));
  return { field, pointer: ['#', ...tokens].join('/'), detail };
}

/** What the API server, or the way to it, said. */
export function fromKubernetes(error: ApiError | ConnectionError): ProblemError {
  if (error instanceof ConnectionError)
    return new ProblemError(503, 'the Kubernetes API server does not answer; try again', undefined, 2);
  const { status, message, retryAfter, causes } = error;
  if (status === 401)
    return new ProblemError(
      401,
      'the bearer token is not one that the Kubernetes API server accepts; it may have expired',
    );
  // What the API server fails at is not this service's fault: a gateway's status says so.
  if (status >= 500) return new ProblemError(503, message, undefined, Math.ceil((retryAfter ?? 2000) / 1000));
  const errors = [...causes.flatMap(causeError), ...strictErrors(message)];
  return new ProblemError(status, message, errors, retryAfter && Math.ceil(retryAfter / 1000));
}

/** Rules, each with the path that its message starts from. */
const rules = [
  { prefix: '', of: objectRules },
  { prefix: 'spec.', of: specRules },
  { prefix: 'spec.service.', of: serviceRules },
  { prefix: 'spec.console.', of: consoleRules },
].flatMap(({ prefix, of }) => of.map(({ message }) => ({ prefix, message })));

/** Of items of lists: only the API server's path has their numbers. */
const itemRules = [...userRules, ...permissionRules, ...configurationRules];

function causeError({ field, message = '' }: ApiErrorCause): FieldError[] {
  // The API server's path ends at what exists, and its message starts with the whole value; a rule says more exactly
  // which field it means.
  const rule = rules.find((candidate) => message.endsWith(candidate.message));
  if (rule) {
    const [, path = '', detail = ''] = /^([\w.]+): (.*)$/s.exec(rule.message) ?? [];
    return [fieldErrorOf(rule.prefix + path, detail)];
  }
  if (!field || field === '<nil>') return [];
  const ofItem = itemRules.find((candidate) => message.endsWith(candidate.message));
  return [fieldErrorOf(field, ofItem ? ofItem.message.replace(/^\w+: /, '') : message)];
}

/** `strict decoding error: unknown field "spec.replica", unknown field …` has no causes. */
function strictErrors(message: string): FieldError[] {
  if (!message.includes('strict decoding error')) return [];
  return [...message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)].map(([, kind, field = '']) =>
    fieldErrorOf(
      field,
      kind === 'unknown' ? 'there is no such field; see kubectl explain nacos.spec' : 'is there twice',
    ),
  );
}
