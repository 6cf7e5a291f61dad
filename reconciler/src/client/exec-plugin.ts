import { type ExecFileException, execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConnectionError } from './api-error.js';
import { parseJsonOrYaml } from './json-or-yaml.js';

/**
 * `exec` of a user in a kubeconfig
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
 */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: string;
  readonly installHint?: string;
}

interface PluginCredentials {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

/** A cluster of a kubeconfig, with the content of its `certificate-authority`. */
interface PluginCluster {
  readonly ca?: Buffer;
  readonly 'certificate-authority'?: string;
  readonly extensions?: readonly { readonly name: string; readonly extension: unknown }[];
}

const remembered = new WeakMap<ExecPlugin, PluginCredentials>();

/**
 * What the plugin prints. Kept until it expires or is refused.
 *
 * @param timeout milliseconds
 * @throws ConnectionError with what the plugin says on stderr, and its hint; never with its command line or output,
 * which may be secrets
 */
export async function runPlugin(
  plugin: ExecPlugin,
  cluster: PluginCluster,
  directory: string,
  refused: boolean,
  timeout = 60_000,
): Promise<PluginCredentials> {
  const before = remembered.get(plugin);
  if (before && !refused && !expired(before)) return before;
  const { apiVersion, command, args, provideClusterInfo, installHint } = plugin;
  const spec = { interactive: false, ...(provideClusterInfo && { cluster: clusterInfo(cluster) }) };
  const variables = Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value]));
  const KUBERNETES_EXEC_INFO = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec });
  const env = { ...process.env, ...variables, KUBERNETES_EXEC_INFO };
  // A relative path is meant from the kubeconfig's folder, a bare name from PATH.
  const program = command.includes('/') ? resolve(directory, command) : command;
  const fail = (reason: string): never => {
    throw new ConnectionError(`credential plugin ${command} ${[reason, installHint].filter(Boolean).join('; ')}`);
  };
  const running = promisify(execFile)(program, args ?? [], { env, timeout, killSignal: 'SIGKILL' });
  // A program cannot answer a question.
  running.child.stdin?.end();
  const { stdout } = await running.catch((error) => fail(reasonOf(error, timeout)));
  const status = statusIn(stdout, apiVersion, fail);
  remembered.set(plugin, status);
  return status;
}

function reasonOf({ code, signal, killed, stderr = '' }: ExecFileException, timeout: number): string {
  if (killed) return `gave no answer within ${timeout / 1000} s`;
  const end = typeof code === 'number' ? `ended with exit code ${code}` : `failed with ${code ?? signal}`;
  return [end, stderr.trim().slice(-500)].filter(Boolean).join(': ');
}

/** Judged as client-go does (plugin/pkg/client/auth/exec/exec.go). */
function statusIn(stdout: string, wanted: string, fail: (reason: string) => never): PluginCredentials {
  const { apiVersion, kind, status } = printed(stdout) ?? {};
  if (kind !== 'ExecCredential' || !status) return fail('printed no ExecCredential with a status');
  if (apiVersion !== wanted) return fail(`printed another apiVersion than ${wanted}, which its exec asks for`);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status;
  if (!token && !clientCertificateData) return fail('printed neither a token nor a certificate');
  if (!clientCertificateData !== !clientKeyData) return fail('printed a certificate without its key, or the reverse');
  if (expirationTimestamp !== undefined && Number.isNaN(Date.parse(expirationTimestamp)))
    return fail('printed an expirationTimestamp that is no time');
  return status;
}

interface ExecCredential {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly status?: PluginCredentials;
}

function printed(stdout: string): ExecCredential | undefined {
  try {
    const content = parseJsonOrYaml(stdout);
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

function expired({ expirationTimestamp }: PluginCredentials): boolean {
  return expirationTimestamp !== undefined && Date.parse(expirationTimestamp) - Date.now() < 10_000;
}

/** As `spec.cluster` of an ExecCredential has it: the authority as data, and of the extensions the one for plugins. */
function clusterInfo(cluster: PluginCluster): object {
  const { 'certificate-authority': _file, ca, extensions = [], ...rest } = cluster;
  const config = extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension;
  return {
    ...rest,
    ...(ca && { 'certificate-authority-data': ca.toString('base64') }),
    ...(config !== undefined && { config }),
  };
}
