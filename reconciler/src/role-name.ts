import type { Kind } from './kind.js';

/** Name of the roles by which an operator may work on objects of a kind: tells which operators do. */
export function roleName(operator: string, { plural, group }: Kind): string {
  return `${operator}-${plural}.${group}`;
}
