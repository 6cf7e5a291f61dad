import type { ConditionStatement } from 'cdk8s-reconciler';
import type { MysqlDatabase } from '../../resource/resolve.js';
import type { Problem } from '../pods/problems.js';
import { fails, holds } from '../statement.js';
import type { View } from '../view.js';
import { databaseObstacle } from './database.js';
import { isComplete, jobName } from './job.js';

/** @param problem what keeps the Job from ending */
export function schemaReady(view: View, problem: Problem | undefined): ConditionStatement {
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
