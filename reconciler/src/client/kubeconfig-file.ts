import { readFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import type { ExecPlugin } from './exec-plugin.js';
import { NoYamlError, parseJsonOrYaml } from './json-or-yaml.js';

export interface Cluster {
  readonly server: string;
  readonly 'tls-server-name'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'proxy-url'?: string;
  readonly extensions?: readonly { readonly name: string; readonly extension: unknown }[];
}

export interface User {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly username?: string;
  readonly password?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
  readonly exec?: ExecPlugin;
}

/** A cluster or user with the folder of its file, from where its relative paths are meant. */
export interface Found<T> {
  readonly value: T;
  readonly directory: string;
}

type Type = 'text' | 'flag' | 'bytes' | 'texts' | 'map' | 'any' | 'refused';
type Fields = Readonly<Record<string, Type>>;

/** All fields that there are (client-go tools/clientcmd/api/v1/types.go, 0.37.1), and what each holds. */
export const fields = {
  context: { cluster: 'text', user: 'text', namespace: 'text', extensions: 'any' },
  cluster: {
    server: 'text',
    'tls-server-name': 'text',
    'insecure-skip-tls-verify': 'flag',
    'certificate-authority': 'text',
    'certificate-authority-data': 'bytes',
    'proxy-url': 'text',
    // Nothing is asked for compressed.
    'disable-compression': 'flag',
    extensions: 'any',
  },
  user: {
    'client-certificate': 'text',
    'client-certificate-data': 'bytes',
    'client-key': 'text',
    'client-key-data': 'bytes',
    token: 'text',
    tokenFile: 'text',
    as: 'text',
    'as-uid': 'text',
    'as-groups': 'texts',
    'as-user-extra': 'map',
    username: 'text',
    password: 'text',
    'auth-provider': 'refused',
    exec: 'any',
    extensions: 'any',
  },
  exec: {
    command: 'text',
    args: 'texts',
    env: 'any',
    apiVersion: 'text',
    installHint: 'text',
    provideClusterInfo: 'flag',
    interactiveMode: 'text',
  },
} as const satisfies Readonly<Record<string, Fields>>;

const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const checks: Readonly<Record<Type, readonly [fits: (value: unknown) => boolean, what: string]>> = {
  text: [isText, 'a text'],
  flag: [(value) => typeof value === 'boolean', 'true or false'],
  bytes: [(value) => isText(value) && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value as string), 'base64'],
  texts: [isTexts, 'a list of texts'],
  map: [
    (value) => typeof value === 'object' && Object.values(value as object).every(isTexts),
    'lists of texts by name',
  ],
  any: [() => true, 'anything'],
  refused: [() => false, 'nothing: it was removed from Kubernetes in 1.26, use an exec plugin'],
};

/**
 * Refuses unknown fields, which are meant to change something.
 *
 * @param what such as `user admin`
 */
export function checkFields(value: object, known: Fields, what: string): void {
  for (const [name, content] of Object.entries(value)) {
    if (content === null || content === undefined) continue;
    const type = known[name];
    if (!type) throw new Error(`${what} has ${name}, which is no field of it: ${Object.keys(known).join(', ')} are`);
    const [fits, expected] = checks[type];
    if (!fits(content)) throw new Error(`${what} has another ${name} than expected: ${expected}`);
  }
}

interface File {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * Several files as one: of what has the same name in two, that of the first counts (client-go
 * tools/clientcmd/loader.go).
 */
export class Kubeconfig {
  private constructor(private readonly files: readonly File[]) {}

  /**
   * @param paths as in `KUBECONFIG`; of several files, those that are missing are left out
   * @throws Error naming the file that is not one
   */
  static async read(paths: string): Promise<Kubeconfig> {
    const names = [...new Set(paths.split(delimiter).filter(Boolean))];
    const read = await Promise.all(names.map(readIfThere));
    const files = read.filter((file) => file !== undefined);
    if (files.length === 0) throw new Error(`kubeconfig ${names.join(', ')}: no such file`);
    return new Kubeconfig(files);
  }

  /** Names the files in messages. */
  get name(): string {
    return `kubeconfig ${this.files.map(({ path }) => path).join(', ')}`;
  }

  get currentContext(): string {
    const [name = ''] = this.files.map(({ content }) => content['current-context']).filter(Boolean);
    return String(name);
  }

  /** @throws Error if there is none of the name, or it has what it may not have */
  find<T extends object>(what: 'context' | 'cluster' | 'user', name: string): Found<T> {
    for (const { path, content } of this.files) {
      const entries = ((content[`${what}s`] ?? []) as Record<string, unknown>[]).filter(
        (entry) => entry?.name === name,
      );
      if (entries.length > 1) throw new Error(`kubeconfig ${path}: there are two of ${what} "${name}"; remove one`);
      if (entries.length === 0) continue;
      const value = (entries[0]![what] ?? {}) as T;
      checkFields(value, fields[what], `kubeconfig ${path}: ${what} "${name}"`);
      return { value, directory: dirname(path) };
    }
    const advice = what === 'context' ? '; choose with kubectl config use-context' : '';
    throw new Error(`${this.name}: there is no ${what} "${name}"${advice}`);
  }
}

async function readIfThere(path: string): Promise<File | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`kubeconfig ${path} can't be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return undefined;
  const content: unknown = parse(text, path) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) throw new Error(`kubeconfig ${path}: it has no fields`);
  const { kind = 'Config', apiVersion = 'v1' } = content as { kind?: unknown; apiVersion?: unknown };
  if (kind !== 'Config' || apiVersion !== 'v1') {
    throw new Error(`kubeconfig ${path}: it is a ${kind} of ${apiVersion}, and not a Config of v1`);
  }
  return { path, content: content as File['content'] };
}

function parse(text: string, path: string): unknown {
  try {
    return parseJsonOrYaml(text);
  } catch (error) {
    if (error instanceof NoYamlError) {
      const advice = 'npm install yaml, or convert it with kubectl config view --raw --flatten --output=json';
      throw new Error(`kubeconfig ${path} can't be read as YAML: ${advice}`, { cause: error });
    }
    const { linePos: [start] = [] } = error as { linePos?: readonly { readonly line: number }[] };
    // Not the parser's words, nor as the cause: they show what stands there, which may be a secret.
    throw new Error(`kubeconfig ${path} is neither JSON nor YAML${start ? `, in line ${start.line}` : ''}`);
  }
}
