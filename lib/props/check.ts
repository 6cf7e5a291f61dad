import type { TSchema } from '@sinclair/typebox';
import { Errors, type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { parseQuantity } from 'cdk8s-reconciler/schema';
import type { IConstruct } from 'constructs';
import { type Problem, problemText, schemaProblem } from '../resource/problem.js';
import type { ComputeResources } from './nacos-props.js';
import { schemas } from './schemas.js';

/**
 * The props of a construct, as given.
 *
 * @param id path of the construct below `scope`
 * @throws Error naming the construct's path, each wrong prop, its value and what is allowed
 */
export function checkProps<T extends object>(name: keyof typeof schemas, scope: IConstruct, id: string, props: T): T {
  const problems = propProblems(schemas[name], props);
  const path = [scope.node.path, id].filter(Boolean).join('/');
  if (problems.length > 0)
    throw new Error(`${path} (${name}): ${problems.map((one) => problemText(one)).join('\n  ')}`);
  return props;
}

/** @throws Error with the construct's path and all problems, if there are any */
export function refuse(construct: IConstruct, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const list = problems.map((one) => problemText(one)).join('\n  ');
  throw new Error(`${construct.node.path} (${construct.constructor.name}): ${list}`);
}

/** What is wrong with props, whatever an app that no compiler checks has handed over. Paths are those of the props. */
export function propProblems(schema: TSchema, props: unknown): Problem[] {
  const problems = new Map<string, Problem>();
  for (const error of Errors(schema, withoutUndefined(props))) {
    const path = error.path.slice(1).replaceAll('/', '.') || 'props';
    // The first error of a value says most, and what is inside of a wrong value says nothing.
    const known = [...problems.keys()].some((other) => path === other || path.startsWith(`${other}.`));
    if (!known) problems.set(path, problem(path, error, schema));
  }
  return [...problems.values()];
}

function problem(path: string, error: ValueError, schema: TSchema): Problem {
  const { value, type } = error;
  if (value === null) return { path, message: 'is null; leave it out where there is nothing to say' };
  if (Number.isNaN(value))
    return { path, value: 'NaN', message: 'is not a number; where it was computed, something was undefined' };
  if (type === ValueErrorType.ObjectAdditionalProperties) return unknown(path, schema);
  const base = schemaProblem(path, error);
  if (type === ValueErrorType.String && ['number', 'boolean'].includes(typeof value))
    return { ...base, message: 'is not a text, put it in quotes' };
  const { hint } = error.schema as { readonly hint?: string };
  const words =
    hint && typeof value === 'string'
      ? value === ''
        ? `is empty; it has to be ${hint}`
        : `is not ${hint}`
      : undefined;
  return words ? { ...base, message: words } : base;
}

/** A prop that does not exist; a key of a map that has a form says that form. */
function unknown(path: string, schema: TSchema): Problem {
  const names = path.split('.');
  const parent = names.slice(0, -1).reduce<TSchema | undefined>(inner, schema);
  const known = Object.keys(parent?.properties ?? {});
  if (known.length === 0)
    return { path, message: 'is not a name that Kubernetes takes: letters, digits, dashes, dots and underscores' };
  return { path, message: `there is no such prop; there are ${known.join(', ')}` };
}

function inner(schema: TSchema | undefined, name: string): TSchema | undefined {
  return schema?.properties?.[name] ?? schema?.items;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  // A Date or a Map has no fields, and would pass for an object without any.
  if (Object.prototype.toString.call(value) !== '[object Object]') return Symbol.for('no props');
  // An object of a class, such as a construct, is what it is.
  if (value.constructor !== undefined && value.constructor.name !== 'Object') return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutUndefined(field)]));
}

/**
 * The least memory with which a server starts; below it a container ends before it says anything (measured: a heap of
 * 256 MiB starts).
 */
const leastMemory = 256 * 2 ** 20;

/**
 * What the API server would refuse only when a pod is made, and what no process can run with.
 *
 * @param with what props leave out
 */
export function resourceProblems({ requests = {}, limits = {} }: ComputeResources, least = leastMemory): Problem[] {
  const problems: Problem[] = [];
  for (const name of ['cpu', 'memory'] as const) {
    const [request, limit] = [requests[name], limits[name]];
    const sizes = { requests: parseQuantity(request ?? ''), limits: parseQuantity(limit ?? '') };
    for (const [list, size] of Object.entries(sizes)) {
      const value = JSON.stringify(list === 'requests' ? request : limit);
      const path = `resources.${list}.${name}`;
      if (size !== undefined && size <= 0) problems.push({ path, value, message: 'is not more than nothing' });
      else if (name === 'memory' && size !== undefined && size < least)
        problems.push({
          path,
          value,
          message: `is less than ${least / 2 ** 20}Mi, with which nothing starts; is the unit missing, as in 4Gi?`,
        });
    }
    if (sizes.requests !== undefined && sizes.limits !== undefined && sizes.requests > sizes.limits)
      problems.push({
        path: `resources.requests.${name}`,
        value: JSON.stringify(request),
        message: `is more than the limit ${limit}; raise resources.limits.${name}, or request less`,
      });
  }
  return problems;
}
