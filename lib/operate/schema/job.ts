import type { Job } from 'cdk8s-reconciler/kinds';
import type { SchemaObjects } from '../../render/schema-job.js';

/** Of a StatefulSet: name of the Job that had created the schema when its servers became what they are. */
export const schemaAnnotation = 'nacos.io/schema';

/** Name of the Job that creates the schema; undefined where there is none. */
export function jobName({ objects }: SchemaObjects): string | undefined {
  return objects.find(({ kind }) => kind === 'Job')?.metadata?.name;
}

export function isComplete(job: Job | undefined): boolean {
  return job?.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false;
}
