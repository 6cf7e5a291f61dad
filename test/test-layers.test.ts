import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { controlPlaneTools, linterTools } from './cluster/binaries.js';

const folder = mkdtempSync(join(tmpdir(), 'layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the cluster layer lacks on a machine that has `tools` in KUBEBUILDER_ASSETS, an empty cache, and no Go. */
function cluster(tools: readonly string[]): { readonly obstacles: string[]; readonly gaps: string[] } {
  const assets = mkdtempSync(join(folder, 'assets-'));
  for (const tool of tools) writeFileSync(join(assets, tool), '', { mode: 0o755 });
  const program = `
    const { layers } = require(${JSON.stringify(join(__dirname, 'test-layers.ts'))});
    const layer = layers.find(({ name }) => name === 'cluster');
    console.log(JSON.stringify({ obstacles: layer.obstacles(), gaps: layer.gaps() }));`;
  const tsx = createRequire(__filename).resolve('tsx');
  const env = { PATH: folder, KUBEBUILDER_ASSETS: assets, XDG_CACHE_HOME: join(folder, 'cache') };
  return JSON.parse(execFileSync(process.execPath, ['--import', tsx, '-e', program], { env, encoding: 'utf8' }));
}

describe('without Go, the cluster layer', () => {
  it('runs with the control plane of KUBEBUILDER_ASSETS, and says that its linters are left out', () => {
    const { obstacles, gaps } = cluster(controlPlaneTools);
    expect(obstacles).toEqual([]);
    expect(gaps).toEqual([
      expect.stringMatching(/^kubeconform, kube-score: there is no Go .* Install Go 1\.\d+ .* KUBEBUILDER_ASSETS/),
    ]);
  });

  it('leaves nothing out where the folder has the linters too', () => {
    expect(cluster([...controlPlaneTools, ...linterTools])).toEqual({ obstacles: [], gaps: [] });
  });

  it('does not run without a control plane', () => {
    expect(cluster([]).obstacles).toEqual([expect.stringMatching(/kube-apiserver.*there is no Go .* Install Go/)]);
  });
});
