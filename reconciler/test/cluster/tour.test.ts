import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { test } from '../../../test/cluster/fixture.js';
import { installPackage } from '../consumer.js';
import { type CodeBlock, codeBlocks } from '../readme.js';

/**
 * Making a cluster and a project is done otherwise here; the operator is started as for working on it, because fake
 * pods do not run it.
 */
const elsewhere = /^(kind|mkdir|npm install|npx tsx|kubectl .* scale deployment\/webserver-operator) /;

test('the five-minute tour of the README works, command by command', { timeout: 600_000 }, async ({ cluster }) => {
  const project = mkdtempSync(join(tmpdir(), 'tour-'));
  const { controlPlane, namespace } = cluster;
  const kubeconfig = join(project, 'kubeconfig');
  copyFileSync(controlPlane.kubeconfig, kubeconfig);
  const environment = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    PATH: [dirname(controlPlane.kubectl), process.env.PATH].join(delimiter),
    // What other tests do with the same resource is theirs.
    WATCH_NAMESPACES: namespace,
    PORT: '0',
  };
  const bash = (command: string) => promisify(execFile)('bash', ['-ec', command], { cwd: project, env: environment });
  let operator: ChildProcess | undefined;
  try {
    installPackage(project);
    await bash(`kubectl config set-context --current --namespace=${namespace}`);
    const output: string[] = [];
    for (const { language, file, code } of tour()) {
      if (file) writeFileSync(join(project, file), code);
      if (language !== 'sh') continue;
      for (const command of code
        .trim()
        .split('\n')
        .filter((line) => !elsewhere.test(line))) {
        output.push((await bash(command)).stdout);
      }
      if (operator || !code.includes('rollout status')) continue;
      operator = start(project, environment);
      controlPlane.adopt(operator);
    }
    expect(output.join('')).toMatch(/webserver-sample +3 +3 +\d+ +nginx:1.23.1/);
    expect(output.join('')).toContain('webserver.my.domain "webserver-sample" deleted');
  } finally {
    if (operator?.kill('SIGTERM')) await once(operator, 'exit');
    rmSync(project, { recursive: true });
  }
});

function tour(): CodeBlock[] {
  return codeBlocks('README.md');
}

function start(project: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(join(project, 'operator.log'), 'a');
  return spawn(process.execPath, ['--import', 'tsx', 'operator.ts'], {
    cwd: project,
    env,
    stdio: ['ignore', log, log],
  });
}
