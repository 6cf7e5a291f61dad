import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** `exec` of a user in a kubeconfig (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins). */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
  readonly installHint?: string;
}

export interface PluginCredentials {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

const remembered = new WeakMap<ExecPlugin, PluginCredentials>();

/**
 * What the plugin prints. Kept until it expires or is refused.
 *
 * @throws Error with the plugin's hint if it fails
 */
export async function runPlugin(
  plugin: ExecPlugin,
  cluster: object,
  directory: string,
  refused: boolean,
): Promise<PluginCredentials> {
  const before = remembered.get(plugin);
  if (before && !refused && !expired(before)) return before;
  const { apiVersion, command, args, provideClusterInfo, installHint } = plugin;
  const spec = { interactive: false, ...(provideClusterInfo && { cluster: clusterInfo(cluster) }) };
  const info = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec });
  // A relative path is meant from the kubeconfig's folder, a bare name from PATH.
  const program = command.includes('/') ? resolve(directory, command) : command;
  try {
    const { stdout } = await promisify(execFile)('env', [
      ...(plugin.env ?? []).map(({ name, value }) => `${name}=${value}`),
      `KUBERNETES_EXEC_INFO=${info}`,
      program,
      ...(args ?? []),
    ]);
    const { status } = JSON.parse(stdout) as { readonly status?: PluginCredentials };
    if (!status) throw new Error('it printed no status');
    remembered.set(plugin, status);
    return status;
  } catch (cause) {
    throw new Error(`credential plugin ${command} failed${installHint ? `: ${installHint}` : ''}`, { cause });
  }
}

function expired({ expirationTimestamp }: PluginCredentials): boolean {
  return expirationTimestamp !== undefined && Date.parse(expirationTimestamp) - Date.now() < 10_000;
}

function clusterInfo(cluster: object): object {
  const { 'certificate-authority': _file, ...rest } = cluster as Record<string, unknown>;
  return rest;
}
