import type { ConditionStatement, Job } from 'cdk8s-reconciler';
import { schemaJobName } from '../render/schema-job.js';
import type { NacosObject } from '../resource/nacos.js';
import type { Instance, MysqlDatabase } from '../resource/resolve.js';
import type { CredentialFacts, Facts } from './facts.js';
import { answering, leaderless, stateOf, surplus } from './members.js';
import type { Problem } from './problems.js';

type Statement = ConditionStatement;

function yes(type: string, reason: string, message = ''): Statement {
  return { type, status: 'True', reason, message };
}

function no(type: string, reason: string, message: string): Statement {
  return { type, status: 'False', reason, message };
}

/** @param problem what keeps the Job from ending */
export function schemaReady(instance: Instance, jobs: readonly Job[], problem: Problem | undefined): Statement {
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

/** Whether there is an administrator; while there may be none, the Services for clients lead nowhere. */
export function authReady(instance: Instance, facts: Facts, before: NacosObject['status']): Statement {
  const type = 'AuthReady';
  const secret = instance.authentication.identitySecret;
  if (!secret) return yes(type, 'Off', 'nobody has to log in');
  const obstacle = credentialObstacle(instance, secret, facts.credentials);
  if (obstacle) return no(type, obstacle.reason, obstacle.message);
  const answers = facts.members.flatMap(({ server }) => (server?.reachable ? [server.administratorMissing] : []));
  if (answers.includes(true)) {
    if (facts.credentials?.administratorPassword)
      return no(type, 'AdministratorMissing', 'nobody is administrator yet');
    const message = `Secret ${secret} has no key administratorPassword; add it, or set a password in the console through kubectl port-forward`;
    return no(type, 'PasswordMissing', message);
  }
  if (answers.includes(false) || staysSet(instance, facts, before)) return yes(type, 'AdministratorSet');
  return no(type, 'NotAsked', 'no server can be asked for its administrator yet');
}

function credentialObstacle(
  { authentication, names, namespace }: Instance,
  secret: string,
  found: CredentialFacts | undefined,
): Pick<Statement, 'reason' | 'message'> | undefined {
  const own = secret === names.authSecret;
  if (!found && own) return { reason: 'Generating', message: `Secret ${secret} is being made` };
  const keys = 'token, identityKey, identityValue and administratorPassword';
  if (!found)
    return {
      reason: 'SecretMissing',
      message: `create Secret ${secret} in namespace ${namespace} with the keys ${keys}`,
    };
  const needed = authentication.plaintextToken
    ? ['identityKey', 'identityValue']
    : ['token', 'identityKey', 'identityValue'];
  const missing = found.missing.filter((key) => needed.includes(key));
  if (missing.length > 0 && own)
    return { reason: 'Generating', message: `Secret ${secret} gets ${missing.join(', ')}` };
  if (missing.length > 0) return { reason: 'KeysMissing', message: `add ${missing.join(', ')} to Secret ${secret}` };
  if (found.unusable.length > 0)
    return { reason: 'KeysUnusable', message: `in Secret ${secret}, ${found.unusable.join('; ')}` };
  return undefined;
}

/** An administrator who was seen is there as long as the data is: a server that does not answer for a while shuts nobody out. */
function staysSet({ database, spec }: Instance, facts: Facts, before: NacosObject['status']): boolean {
  const was = before?.conditions?.some(({ type, status }) => type === 'AuthReady' && status === 'True') ?? false;
  const kept = database.type === 'mysql' || spec.volume?.enabled || facts.members.some(({ ready }) => ready);
  return was && Boolean(kept);
}

export function membersHealthy(instance: Instance, facts: Facts): Statement {
  const type = 'MembersHealthy';
  const { servers, authentication } = instance;
  const silent = facts.members.flatMap(({ pod, server }) => {
    if (server?.reachable) return [];
    return [`${pod} (${server ? server.reason : 'not started'})`];
  });
  const answers = answering(facts);
  if (answers.length < servers.replicas) {
    const list = silent.length > 0 ? `; not ${silent.join(', ')}` : '';
    return no(type, 'Unreachable', `${answers.length} of ${servers.replicas} servers answer${list}`);
  }
  const refusing = answers.filter((member) => stateOf(instance, member) === 'Refused').map(({ pod }) => pod);
  if (refusing.length > 0) {
    const secret = authentication.identitySecret ?? 'that the environment names';
    const message = `${refusing.join(', ')} did not take the identity of Secret ${secret}; if it has changed since they started, kubectl rollout restart statefulset/${instance.names.statefulSet} -n ${instance.namespace}`;
    return no(type, 'Refused', message);
  }
  const ill = answers.filter((member) => stateOf(instance, member) !== 'UP');
  if (ill.length > 0)
    return no(type, 'NotUp', ill.map((member) => `${member.pod} is ${stateOf(instance, member)}`).join(', '));
  const groups = leaderless(facts);
  if (groups.length > 0) return no(type, 'NoLeader', `members do not agree on a leader of ${groups.join(', ')}`);
  return yes(type, 'Healthy');
}

/** A reason that only a human can take away. */
export const scaleInNotSupported = 'ScaleInNotSupported';

/** Present only while members would have to be removed. */
export function scaled({ servers }: Instance): Statement[] {
  if (servers.mode === 'standalone' || surplus(servers) === 0) return [];
  const { asked, replicas } = servers;
  const message = `spec.replicas is ${asked}, and the cluster has ${replicas} members: members of a live cluster are not removed yet, set spec.replicas back to ${replicas}`;
  return [no('Scaled', scaleInNotSupported, message)];
}

/** Present only while the spec holds secrets; does no harm to the servers. */
export function secretsProtected({ database, authentication }: Instance): Statement[] {
  const inSpec = [
    ...(database.type === 'mysql' && database.plaintext
      ? [
          'the database password: put username and password into a Secret, name it in spec.database.credentialsSecret and remove mysqlUser and mysqlPassword',
        ]
      : []),
    ...(authentication.plaintextToken
      ? [
          'the token: put it into a Secret with the other keys, name it in spec.certification.secretName and remove token',
        ]
      : []),
  ];
  if (inSpec.length === 0) return [];
  return [no('SecretsProtected', 'InSpec', `everybody who may read this object can read ${inSpec.join('; and ')}`)];
}
