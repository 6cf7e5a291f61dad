import { kindOf } from '../client/endpoint.js';
import type { Controller } from '../controller.js';
import type { Stored } from '../object.js';
import { conditionsReadiness, type Readiness } from '../readiness.js';

/** How far a child is, by the rules of its kind. */
export function childReadiness({ owns }: Controller, child: Stored): Readiness {
  if (child.metadata.deletionTimestamp) return { state: 'Progressing', message: 'being deleted' };
  return kindOf(child, Object.values(owns))?.ready?.(child) ?? conditionsReadiness(child);
}
