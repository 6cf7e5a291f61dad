import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Nacos } from '../../lib/resource/nacos.js';

/** The messages of all rules in a schema, wherever they are. */
function messages(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { 'x-kubernetes-validations': rules = [], ...rest } = schema as {
    readonly 'x-kubernetes-validations'?: readonly { readonly message: string }[];
  };
  return [...rules.map(({ message }) => message), ...Object.values(rest).flatMap(messages)];
}

it('docs/errors.md explains every rule, and no rule that is gone', () => {
  const explained = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
  const enforced = new Set(messages(Nacos.definition.spec.versions[0]?.schema));
  expect(explained.toSorted()).toEqual([...enforced].toSorted());
});
