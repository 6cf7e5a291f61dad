import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { noPasswords, PasswordFile } from '../data/passwords.js';
import { type Policy, policies } from '../data/plan.js';
import { LiveNacos } from '../data/server/live.js';
import type { ServerAddress } from '../data/source.js';
import { UserError } from './manifests.js';
import type { Format } from './output.js';

export interface DataOptions {
  readonly username?: string;
  readonly passwordFile?: string;
  readonly toUsername?: string;
  readonly toPasswordFile?: string;
  readonly policy?: Policy;
  readonly dryRun?: boolean;
  readonly passwords?: string;
  readonly digest?: string;
  readonly follow?: boolean;
  readonly interval?: string;
  readonly output?: Format;
}

export function withLogin(command: Command): Command {
  return command
    .option('--username <name>', 'who logs in; the password is in NACOS_PASSWORD or --password-file')
    .option('--password-file <file>', 'with the password, or - for standard input');
}

/** Of the second server, where it is another one than that of the first. */
export function withSecondLogin(command: Command): Command {
  return withLogin(command)
    .option('--to-username <name>', 'who logs in to the second; the password is in NACOS_TO_PASSWORD')
    .option('--to-password-file <file>', 'with the password for the second, or - for standard input');
}

export function withPolicy(command: Command): Command {
  const policy = command.createOption('--policy <policy>', 'for what the target has with other contents');
  return command
    .addOption(policy.choices(policies).default('abort'))
    .option('--dry-run', 'prints what would be written, and writes nothing')
    .option('--passwords <file>', 'of users that are created; those that it lacks are added to it');
}

/** The first server of a command, or the only one. */
export function loginOf({ username, passwordFile }: DataOptions): ServerAddress['login'] {
  return login(username, passwordFile, 'NACOS_PASSWORD', '--password-file');
}

/** The second one: the login of the first, unless it has its own. */
export function secondLoginOf(options: DataOptions): ServerAddress['login'] {
  const { toUsername, toPasswordFile, passwordFile } = options;
  if (passwordFile === '-' && toPasswordFile === '-') throw new UserError('data: standard input has one password only');
  return (
    login(toUsername, toPasswordFile, 'NACOS_TO_PASSWORD', '--to-password-file') ??
    (passwordFile === '-' ? undefined : loginOf(options))
  );
}

function login(
  username: string | undefined,
  file: string | undefined,
  variable: string,
  option: string,
): ServerAddress['login'] {
  const password = file === undefined ? process.env[variable] : firstLine(file);
  if (!password && username === undefined) return undefined;
  if (!password) throw new UserError(`data: the password of user ${username} is missing; set ${variable} or ${option}`);
  return { username: username ?? 'nacos', password };
}

function firstLine(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').split(/\r?\n/)[0]!;
  } catch (error) {
    throw new UserError(`${file}: can't be read: ${(error as Error).message}`);
  }
}

/** Whether an argument is a server and no file. */
export function isServer(argument: string): boolean {
  return /^https?:\/\//i.test(argument);
}

export async function connect(
  url: string,
  login: ServerAddress['login'],
  signal: AbortSignal,
  { passwords, dryRun }: DataOptions = {},
): Promise<LiveNacos> {
  if (!isServer(url)) throw new UserError(`data: ${url}: a server is given as http://HOST:8848/nacos`);
  const own = passwords !== undefined && !dryRun ? await PasswordFile.open(passwords) : noPasswords;
  return LiveNacos.connect({ url, ...(login && { login }) }, signal, own);
}

/**
 * Work that Ctrl-C ends: between two requests, so that everything stays whole.
 *
 * @param first is called at the first Ctrl-C, and the second one ends. @default the first one ends
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>, first?: () => void): Promise<T> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  let polite = first;
  const stop = () => {
    if (!polite) return controller.abort(new UserError('stopped; the same command goes on where this one was'));
    polite();
    polite = undefined;
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
