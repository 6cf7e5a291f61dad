import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

/*
 * The API server takes objects that are nested deeper than the stack is: a function over them that calls itself would
 * fail for one of them. `deeply` and lists of what is left to do have no such end. Imports have no cycles: what calls
 * itself is in one file.
 */

const src = join(__dirname, '..', 'src');
const files = readdirSync(src, { encoding: 'utf8', recursive: true }).filter(
  (path) => path.endsWith('.ts') && path !== 'thread/source.ts',
);

/** Functions that call themselves on the stack, each with what ends that. */
const bounded: readonly (readonly [functions: RegExp, bound: string])[] = [
  [/^(structural\/.*|lasting\.ts): /, 'a declared schema, which is as deep as its code'],
  [/^client\/client\.ts: this\.send$/, 'two attempts'],
  [/^apply\/status-writer\.ts: this\.put$/, 'three attempts'],
  [/^reconcile\/field-set\.ts: (owns|ownsItems)$/, 'lists in lists, of which only a schema makes more than one field'],
  [/^queue\/(clock|turn)\.ts: (wait|wake|begin|end)$/, 'called by timers, each time from an empty stack'],
];

it('no function of the package calls itself without a bound, whatever it is given', () => {
  const found = files.flatMap((file) => recursive(file).map((name) => `${file}: ${name}`));
  expect(found.filter((name) => !bounded.some(([functions]) => functions.test(name)))).toEqual([]);
  // And the list is no longer than it has to be.
  expect(bounded.filter(([functions]) => !found.some((name) => functions.test(name)))).toEqual([]);
});

type Calls = ReadonlyMap<string, ReadonlySet<string>>;

/** Names of the functions of a file that reach themselves by calls. */
function recursive(file: string): string[] {
  const calls = callsIn(ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest, true));
  return [...calls.keys()].filter((name) => reaches(calls, name));
}

function callsIn(file: ts.SourceFile): Calls {
  const named = new Map<ts.Node, string>();
  visit(file, (node) => {
    const name = nameOf(node);
    if (name) named.set(node, name);
  });
  const names = new Set(named.values());
  const calls = new Map<string, Set<string>>();
  for (const [node, name] of named) {
    const values = valuesIn(node);
    const called = calls.get(name) ?? new Set();
    calls.set(name, called);
    visit(node, (inner) => {
      const used = ts.isIdentifier(inner) ? usedBy(inner) : undefined;
      if (used && names.has(used) && !values.has(used)) called.add(used);
    });
  }
  return calls;
}

/** Of a function, a method, or a function that a constant is. */
function nameOf(node: ts.Node): string | undefined {
  if (ts.isMethodDeclaration(node)) return `this.${node.name.getText()}`;
  if (ts.isFunctionDeclaration(node)) return node.name?.text;
  return isFunction(node) && ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : undefined;
}

function isFunction(node: ts.Node | undefined): boolean {
  return node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));
}

/** Names of parameters and constants, which may be those of functions too. */
function valuesIn(node: ts.Node): ReadonlySet<string> {
  const values = new Set<string>();
  visit(node, (inner) => {
    const isValue =
      ts.isParameter(inner) ||
      ts.isBindingElement(inner) ||
      (ts.isVariableDeclaration(inner) && !isFunction(inner.initializer));
    if (isValue) values.add(inner.name.getText());
  });
  return values;
}

/** What an identifier calls, or hands on to be called. What is behind a `yield` is left to `deeply`. */
function usedBy(identifier: ts.Identifier): string | undefined {
  const { parent, text } = identifier;
  if (ts.isPropertyAccessExpression(parent) && parent.name === identifier)
    return parent.expression.kind === ts.SyntaxKind.ThisKeyword ? `this.${text}` : undefined;
  if (!ts.isCallExpression(parent)) return undefined;
  return parent.expression === identifier && ts.isYieldExpression(parent.parent) ? undefined : text;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function reaches(calls: Calls, name: string): boolean {
  const seen = new Set<string>();
  const left = [...(calls.get(name) ?? [])];
  for (let next = left.pop(); next; next = left.pop()) {
    if (next === name) return true;
    if (!seen.has(next)) left.push(...(calls.get(next) ?? []));
    seen.add(next);
  }
  return false;
}
