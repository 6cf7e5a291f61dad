import type { Rule } from 'cdk8s-reconciler';
import { parseQuantity } from 'cdk8s-reconciler/schema';
import { Environment, type ParseResult, parse } from './cel.js';
import { type Problem, shown } from './problem.js';

/** Problems of the rules that `self` breaks; those that compare with a former object are left out. */
export function brokenRules(rules: readonly Rule[], self: object, prefix: string): Problem[] {
  const context = { self: celValue(self) };
  return rules
    .filter(({ rule }) => !isTransition(rule) && !holds(rule, context))
    .map((rule) => problemOf(rule, self, prefix));
}

/** Problems of the rules that a change from `oldSelf` to `self` breaks. */
export function brokenTransitions(rules: readonly Rule[], self: object, oldSelf: object, prefix: string): Problem[] {
  const context = { self: celValue(self), oldSelf: celValue(oldSelf) };
  return rules
    .filter(({ rule }) => isTransition(rule) && !transitions().evaluate(rule, context))
    .map((rule) => problemOf(rule, self, prefix));
}

function isTransition(rule: string): boolean {
  return rule.includes('oldSelf');
}

function problemOf({ message }: Rule, self: object, prefix: string): Problem {
  // The message starts with the field, since the API server's own path ends at what exists.
  const [, field = '', text = message] = /^([\w.]+): (.*)$/s.exec(message) ?? [];
  const path = `${prefix}${field}`;
  return { path, value: shown(path, at(self, field)), message: text };
}

/** CEL has 64-bit integers where JSON has numbers. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, celValue(inner)]])),
  );
}

/** Parsed once: a synth with many instances checks the same few rules. */
const programs = new Map<string, ParseResult>();

function holds(rule: string, context: object): boolean {
  const program = programs.get(rule) ?? parse(rule);
  programs.set(rule, program);
  return program(context) === true;
}

class Quantity {
  constructor(readonly bytes: number) {}
}

let environment: Environment | undefined;

/** CEL with what our rules use of Kubernetes' own libraries. */
function transitions(): Environment {
  environment ??= new Environment({ unlistedVariablesAreDyn: true })
    .registerType('Quantity', Quantity)
    .registerFunction('string.find(string): string', (text: string, pattern: string) => text.match(pattern)?.[0] ?? '')
    .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(parseQuantity(text) ?? Number.NaN))
    .registerFunction('Quantity.compareTo(Quantity): int', (one: Quantity, other: Quantity) =>
      BigInt(Math.sign(one.bytes - other.bytes)),
    );
  return environment;
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
}
