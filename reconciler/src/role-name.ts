import type { Kind } from './kind.js';

/** Name of the roles by which an operator may work on objects of a kind: names the operators. */
export function roleName(operator: string, { plural, group }: Kind): string {
  return `${operator}-${plural}.${group}`;
}
