import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { patience } from './changes.js';
import type { OperatedCluster } from './operated-cluster.js';

const page = readFileSync('docs/operations/repair.md', 'utf8').replaceAll('-n shop', '-n nacos');
/** Where `saved` lies. */
const folder = mkdtempSync(join(tmpdir(), 'repair-'));

/** The first command of docs/operations/repair.md that begins so. */
export function command(start: string): string {
  const found = page.split('\n').find((line) => line.trim().startsWith(start));
  if (!found) throw new Error(`docs/operations/repair.md has no command ${start}`);
  return found.trim();
}

/** The first block of commands of the page after a text. */
export function block(after: string): string {
  const [, indent = '', code] = /^( *)```sh\n(.*?)^ *```$/ms.exec(page.slice(page.indexOf(after))) ?? [];
  if (!code) throw new Error(`docs/operations/repair.md has no block after ${after}`);
  return code.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

export function type({ nodes }: OperatedCluster, commands: string): Promise<string> {
  return nodes.type(commands, folder);
}

export async function stalled(operated: OperatedCluster, name: string, reason: unknown): Promise<void> {
  await expect.poll(() => operated.condition(name, 'Stalled'), patience).toMatchObject({ status: 'True', reason });
}
