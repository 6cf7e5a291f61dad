import { hostname } from 'node:os';
import type { Connection } from '../client/connection.js';
import { readConnection } from '../client/read-connection.js';
import type { LeaseOptions } from '../election/lease.js';
import { environment } from '../environment.js';

/** What the environment says. This is the only file that looks anything up there. */
export interface Config {
  readonly connection: Connection;
  /** Absent: no election, this process always leads. */
  readonly lease?: LeaseOptions;
  /** Whether to start without an election beside another operator. */
  readonly besideOperator?: boolean;
  /** @default all */
  readonly watchNamespaces?: readonly string[];
  /** Of health and metrics. 0 takes a free one. */
  readonly port: number;
  readonly logLevel: string;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** @throws Error saying which variable is wrong and what it should be */
export async function readConfig(env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  // Two processes of one machine are two replicas.
  const podName = env[environment.podName] ?? `${hostname()}_${process.pid}`;
  const namespaces = env[environment.watchNamespaces]?.split(',').map((name) => name.trim());
  const watchNamespaces = namespaces?.filter((name) => name !== '');
  const logLevel = env[environment.logLevel] ?? 'info';
  if (!levels.includes(logLevel)) throw new Error(`LOG_LEVEL is ${logLevel}, expected one of ${levels.join(', ')}`);
  return {
    connection: await readConnection(env),
    ...(env[environment.leaseName] && {
      lease: lease(env[environment.leaseName]!, env[environment.namespace], podName),
    }),
    besideOperator: env[environment.besideOperator] === 'true',
    ...(watchNamespaces?.length && { watchNamespaces }),
    port: port(env[environment.port]),
    logLevel,
  };
}

function lease(name: string, namespace: string | undefined, identity: string): LeaseOptions {
  if (!namespace) throw new Error('POD_NAMESPACE is not set, but LEASE_NAME is: expected the namespace of the Lease');
  return { name, namespace, identity };
}

function port(text = '8080'): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65535)
    throw new Error(`PORT is ${text}, expected 0 to 65535`);
  return number;
}
