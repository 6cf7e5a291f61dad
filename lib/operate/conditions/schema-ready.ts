import type { ConditionStatement } from 'cdk8s-reconciler';
import type { Job } from 'cdk8s-reconciler/kinds';
import { schemaJobName } from '../../render/schema-job.js';
import type { Instance, MysqlDatabase } from '../../resource/resolve.js';
import type { Problem } from '../problems.js';
import { no, yes } from './statement.js';

/** @param problem what keeps the Job from ending */
export function schemaReady(
  instance: Instance,
  jobs: readonly Job[],
  problem: Problem | undefined,
): ConditionStatement {
  const type = 'SchemaReady';
  const { database, namespace } = instance;
  const name = schemaJobName(instance);
  if (database.type !== 'mysql') return yes(type, 'NotManaged', 'the embedded database creates its own');
  if (!name) return yes(type, 'NotManaged', 'spec.database.schema is External');
  const job = jobs.find(({ metadata }) => metadata?.name === name);
  if (isComplete(job)) return yes(type, 'Complete');
  if (problem) return no(type, problem.reason, `${problem.message}; ${loginHint(database)}`);
  const message = `Job ${name} has not ended: it waits until ${database.host}:${database.port} answers, see kubectl logs job/${name} -n ${namespace}`;
  return no(type, 'Waiting', message);
}

export function isComplete(job: Job | undefined): boolean {
  return job?.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false;
}

function loginHint({ host, port, name, password }: MysqlDatabase): string {
  return `the login is in Secret ${password.name}, the database is ${name} on ${host}:${port}; it is tried again by itself`;
}
