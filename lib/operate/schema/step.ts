import type { ObservedMember } from '../observed.js';
import type { View } from '../view.js';
import { isComplete, jobName } from './job.js';

/** Has the Job look at the schema in the database once more. */
export interface CheckSchema {
  readonly type: 'CheckSchema';
  readonly message: string;
  /** That has ended, and is made again. */
  readonly job: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
}

/** Milliseconds that a start takes at most (measured: 48 s), and more. */
const patience = 180_000;

/** Milliseconds between two looks. */
const interval = 600_000;

/**
 * That a Job has ended says what the database had then. One that was restored, or is new and empty, shows in its
 * servers: all run, or end, without being ready (nacos: readiness counts the configurations).
 */
export function schemaStep({ instance, observed, jobs, schema }: View): CheckSchema | undefined {
  const { at: now, members } = observed;
  const job = jobs.find(({ metadata }) => metadata.name === jobName(schema));
  const looked = Date.parse(job?.status?.completionTime ?? '');
  if (!job || !isComplete(job) || !(now - looked > interval) || instance.database.type !== 'mysql') return undefined;
  const unwell = ({ ready, halted, restarts, since = now }: ObservedMember) =>
    !ready && !halted && (restarts !== undefined || now - since > patience);
  if (members.length === 0 || !members.every(unwell)) return undefined;
  const { host, port, name } = instance.database;
  const message = `Looking at the schema of ${name} on ${host}:${port} again: no server is ready`;
  const { name: old, uid, resourceVersion } = job.metadata;
  return { type: 'CheckSchema', message, job: { name: old, uid, resourceVersion } };
}
