import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Unadopted } from './adoption/obstacle.js';
import { membersHealthy } from './cluster/condition.js';
import { fails, holds } from './feature.js';
import { notices } from './notices/notices.js';
import { problems } from './problems.js';
import { type StatedStatus, statusOf } from './status.js';
import type { View } from './view.js';

/** What is said of an instance whose objects are left as another operator has made them. */
export function watched(view: View, { adoptable, reason, message }: Unadopted) {
  const type = 'Adoptable';
  const condition = adoptable ? holds(type, reason, message) : fails(type, reason, message);
  const stated = {
    problems: problems(view),
    obstacles: [membersHealthy(view.instance, view.observed)],
    notices: [...notices(view.instance, view.observed), condition],
    data: {},
  };
  return {
    reason: `left as another operator has made it: see the condition ${type}`,
    status: (standard: readonly ConditionStatement[]): StatedStatus => {
      const status = statusOf(view, stated, standard);
      if (status.phase !== 'Running') return status;
      // Servers that serve are ready, and nothing is about to happen.
      const serves = 'servers serve their clients; see the condition Adoptable';
      const ready = [holds('Ready', reason, serves), fails('Reconciling', reason, serves)];
      return { ...status, conditions: [...status.conditions, ...ready] };
    },
    // A rival is seen by what it writes next.
    requeueAfter: reason === 'Looking' ? 5 : 30,
  };
}
