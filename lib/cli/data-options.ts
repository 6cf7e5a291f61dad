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
  readonly identityFile?: string;
  readonly toUsername?: string;
  readonly toPasswordFile?: string;
  readonly toIdentityFile?: string;
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
    .option('--password-file <file>', 'with the password, or - for standard input')
    .option('--identity-file <file>', 'with the identity of its members as a header, KEY: VALUE, instead of a login');
}

/** Of the second server, where it is another one than that of the first. */
export function withSecondLogin(command: Command): Command {
  return withLogin(command)
    .option('--to-username <name>', 'who logs in to the second; the password is in NACOS_TO_PASSWORD')
    .option('--to-password-file <file>', 'with the password for the second, or - for standard input')
    .option('--to-identity-file <file>', 'with the identity of the members of the second');
}

export function withPolicy(command: Command): Command {
  const policy = command.createOption('--policy <policy>', 'for what the target has with other contents');
  return command
    .addOption(policy.choices(policies).default('abort'))
    .option('--dry-run', 'prints what would be written, and writes nothing')
    .option('--passwords <file>', 'of users that are created; those that it lacks are added to it');
}

/** What lets in at a server. */
export type Access = Omit<ServerAddress, 'url'>;

/** At the first server of a command, or the only one. */
export function accessOf({ username, passwordFile, identityFile }: DataOptions): Access {
  return access(username, passwordFile, identityFile, 'NACOS_PASSWORD', '--password-file');
}

/** At the second one: as at the first, unless it has its own. */
export function secondAccessOf(options: DataOptions): Access {
  const { toUsername, toPasswordFile, toIdentityFile, passwordFile } = options;
  if (passwordFile === '-' && toPasswordFile === '-') throw new UserError('data: standard input has one password only');
  const own = access(toUsername, toPasswordFile, toIdentityFile, 'NACOS_TO_PASSWORD', '--to-password-file');
  return own.login || own.identity ? own : accessOf(options);
}

function access(
  username: string | undefined,
  file: string | undefined,
  identityFile: string | undefined,
  variable: string,
  option: string,
): Access {
  if (identityFile !== undefined) return identityIn(identityFile);
  const password = file === undefined ? process.env[variable] : firstLine(file);
  if (!password && username === undefined) return {};
  if (!password) throw new UserError(`data: the password of user ${username} is missing; set ${variable} or ${option}`);
  return { login: { username: username ?? 'nacos', password } };
}

/** An empty file is for a server without authentication. */
function identityIn(file: string): Access {
  const line = firstLine(file);
  if (line.trim() === '') return {};
  const [, key, value] = /^([^:\s]+):\s*(.+?)\s*$/.exec(line) ?? [];
  if (!key || !value) throw new UserError(`${file}: is no header, KEY: VALUE`);
  return { identity: { key, value } };
}

/** Standard input can be read once. */
let input: string | undefined;

function firstLine(file: string): string {
  try {
    if (file === '-') input ??= readFileSync(0, 'utf8');
    return (file === '-' ? input! : readFileSync(file, 'utf8')).split(/\r?\n/)[0]!;
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
  access: Access,
  signal: AbortSignal,
  { passwords, dryRun }: DataOptions = {},
): Promise<LiveNacos> {
  if (!isServer(url)) throw new UserError(`data: ${url}: a server is given as http://HOST:8848/nacos`);
  const own = passwords !== undefined && !dryRun ? await PasswordFile.open(passwords) : noPasswords;
  return LiveNacos.connect({ url, ...access }, signal, own);
}

/**
 * Work that Ctrl-C ends: between two requests, so that everything stays whole.
 *
 * @param first is called at the first Ctrl-C, and the second one ends. @default the first one ends
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>, first?: () => void): Promise<T> {
  const controller = new AbortController();
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
