import { Job } from 'cdk8s-reconciler/kinds';
import type { Effect } from '../feature.js';
import type { CheckSchema } from './job.js';

/** The next reconciliation makes it again. */
export const checkSchema: Effect<CheckSchema> = async ({ job }, { namespace }, context) => {
  await context.delete(Job, { apiVersion: 'batch/v1', kind: 'Job', metadata: { ...job, namespace } });
};
