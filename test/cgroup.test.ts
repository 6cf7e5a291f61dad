import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createCgroup } from './node/cgroup.js';

const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
afterAll(() => rmSync(root, { recursive: true }));

it('makes a control group in every hierarchy of version 1, whatever else lies beside them', async () => {
  for (const controller of ['cpu,cpuacct', 'memory']) mkdirSync(join(root, controller));
  symlinkSync('cpu,cpuacct', join(root, 'cpu'));
  writeFileSync(join(root, 'release_agent'), '');
  await createCgroup('pods', root);
  expect(['cpu,cpuacct', 'memory'].map((controller) => readdirSync(join(root, controller)))).toEqual([
    ['pods'],
    ['pods'],
  ]);
  expect(readdirSync(root)).toEqual(['cpu', 'cpu,cpuacct', 'memory', 'release_agent']);
});

it('hands down every controller that version 2 has, and makes one control group', async () => {
  writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory\n');
  writeFileSync(join(root, 'cgroup.subtree_control'), 'cpu\n');
  await createCgroup('more', root);
  expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+memory');
  expect(readdirSync(root)).toContain('more');
});

it.each([
  ['weighed/cpu', 'cpu.shares'],
  ['weighed', 'cpu.weight'],
])('gives the processes of a node more weight than one process has: %s', async (folder, file) => {
  const group = join(root, folder, 'node');
  mkdirSync(group, { recursive: true });
  writeFileSync(join(group, file), '1');
  if (file === 'cpu.weight')
    for (const name of ['controllers', 'subtree_control']) writeFileSync(join(root, 'weighed', `cgroup.${name}`), '');
  await createCgroup('node', join(root, 'weighed'));
  expect(Number(readFileSync(join(group, file), 'utf8'))).toBeGreaterThan(1000);
});
