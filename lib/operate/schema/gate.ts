import type { View } from '../view.js';
import { isComplete, jobName } from './job.js';

/** Servers start, and change, only on a database that has their schema. */
export function schemaObstacle({ schema, jobs }: View): string | undefined {
  const name = jobName(schema);
  const job = jobs.find(({ metadata }) => metadata.name === name);
  return !name || isComplete(job) ? undefined : `waits for the schema, Job ${name}`;
}
