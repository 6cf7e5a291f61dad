import type { View } from '../view.js';
import { isComplete, jobName, schemaAnnotation } from './job.js';

/**
 * Servers start, and change, only on a database that has their schema. Those that have started on it may be helped,
 * whatever it looks like now.
 */
export function schemaObstacle({ schema, jobs, observed: { statefulSet } }: View): string | undefined {
  const name = jobName(schema);
  const job = jobs.find(({ metadata }) => metadata.name === name);
  const had = statefulSet?.metadata.annotations?.[schemaAnnotation];
  return !name || isComplete(job) || had === name ? undefined : `waits for the schema, Job ${name}`;
}
