import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Job } from 'cdk8s-reconciler/kinds';
import type { SchemaObjects } from '../../render/schema-job.js';
import type { MysqlDatabase } from '../../resource/resolve.js';
import { fails, holds, type Opinion } from '../feature.js';
import type { ObservedMember } from '../observed.js';
import type { Problem } from '../pods/problems.js';
import type { View } from '../view.js';
import { databaseObstacle } from './database.js';

/** Of a StatefulSet: name of the Job that had created the schema when its servers became what they are. */
export const schemaAnnotation = 'nacos.io/schema';

/** Name of the Job that creates the schema; undefined where there is none. */
export function jobName({ objects }: SchemaObjects): string | undefined {
  return objects.find(({ kind }) => kind === 'Job')?.metadata?.name;
}

function isComplete(job: Job | undefined): boolean {
  return job?.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false;
}

/** @param problem what keeps the Job from ending */
export function schemaJob(view: View, problem: Problem | undefined): Opinion<CheckSchema> {
  return { step: schemaStep(view), conditions: [schemaReady(view, problem)] };
}

function schemaReady(view: View, problem: Problem | undefined): ConditionStatement {
  const { instance, jobs, schema } = view;
  const type = 'SchemaReady';
  const { database, namespace } = instance;
  const name = jobName(schema);
  const moved = databaseObstacle(view);
  if (moved) return fails(type, 'DatabaseChangeRefused', moved);
  if (database.type !== 'mysql') return holds(type, 'NotManaged', 'the embedded database creates its own');
  if (!name) return holds(type, 'NotManaged', 'spec.database.schema is External');
  const job = jobs.find(({ metadata }) => metadata?.name === name);
  if (isComplete(job)) return holds(type, 'Complete');
  if (problem) return fails(type, problem.reason, `${problem.message}; ${loginHint(database)}`);
  const message = `Job ${name} has not ended: it waits until ${database.host}:${database.port} answers, see kubectl logs job/${name} -n ${namespace}`;
  return fails(type, 'Waiting', message);
}

function loginHint({ host, port, name, password }: MysqlDatabase): string {
  return `the login is in Secret ${password.name}, the database is ${name} on ${host}:${port}; it is tried again by itself`;
}

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
function schemaStep({ instance, observed, jobs, schema }: View): CheckSchema | undefined {
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
