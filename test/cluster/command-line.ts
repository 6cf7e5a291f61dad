import { spawnSync } from 'node:child_process';

/** The command line as it is in this checkout. */
export function runCommand(kubeconfig: string, args: readonly string[], input = '') {
  const command = ['--conditions=cdk8s-source', '--import', 'tsx', 'lib/cli/main.ts', ...args];
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { input, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}
