import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { examples } from './example.js';
import type { TestCluster } from './test-cluster.js';

const build = join(__dirname, '../../build');
const patience = { timeout: 120_000, interval: 500 };

interface Block {
  readonly commands: readonly string[];
  /** Lines that the page shows below it. */
  readonly shown: readonly string[];
}

/**
 * Types what the section "Install" of an example's README says, in a copy of its folder and in the cluster's namespace,
 * and expects what it shows. The operator must run: its pods are played.
 *
 * @param played what a command prints that needs more than this machine has
 */
export async function followReadme(
  { controlPlane, kubeconfig }: TestCluster,
  name: string,
  played: Readonly<Record<string, string>> = {},
): Promise<void> {
  mkdirSync(build, { recursive: true });
  // Below the root, where commands and packages are found.
  const folder = mkdtempSync(join(build, 'readme-'));
  const PATH = [dirname(controlPlane.kubectl), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH, KUBECONFIG: kubeconfig };
  const type = async (command: string): Promise<string> => {
    const [, instead] = Object.entries(played).find(([start]) => command.startsWith(start)) ?? [];
    const { stdout } = await promisify(execFile)('bash', ['-ec', instead ?? command], { cwd: folder, env });
    return stdout;
  };
  try {
    cpSync(join(examples, name), folder, { recursive: true });
    for (const { commands, shown } of installation(name)) {
      const before: string[] = [];
      for (const command of commands) before.push(await type(command));
      // A reader looks again where it is not so yet.
      const printed = async () => [...before.slice(0, -1), await type(commands.at(-1) ?? '')].join('');
      if (shown.length > 0) await expect.poll(printed, patience).toMatch(pattern(shown));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function installation(name: string): Block[] {
  const page = readFileSync(join(examples, name, 'README.md'), 'utf8');
  const [, section = ''] = /^## Install\n(.*?)(?=^## )/ms.exec(page) ?? [];
  return [...section.matchAll(/^```sh\n(.*?)^```\n((?:\n| {4}[^\n]*\n)*)/gms)].map(([, code = '', shown = '']) => ({
    commands: code.trim().split('\n'),
    shown: shown.split('\n').filter(Boolean),
  }));
}

/** Ages, ports that are free, and how wide columns are vary. */
function pattern(lines: readonly string[]): RegExp {
  const words = (line: string) => line.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const loose = lines.map((line) =>
    words(line)
      .replace(/\b\d+s\b/g, '\\d+[sm]\\d*s?')
      .replace(/\b3\d{4}\b/g, '3\\d{4}')
      .replace(/\s+/g, '\\s+'),
  );
  return new RegExp(loose.join('\\s+'));
}
