import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { helmChart } from '../../scripts/helm-chart.js';
import { program, type Subject } from './compare.js';

/** main.ts as `cdk8s synth` runs it, and what it writes as a helm chart and as a kustomization. */
export interface SynthOutput {
  readonly synth: Subject;
  readonly helmChart: string;
  readonly kustomization: string;
}

/** Writes all of it to a folder of its own. */
export function synthOutput(): SynthOutput {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-nacos-bench-'));
  const manifests = join(folder, 'kustomization');
  const synth = program('main.ts', process.execPath, ['--conditions=cdk8s-source', '--import', 'tsx', 'main.ts'], {
    CDK8S_OUTDIR: join(folder, 'dist'),
  });
  synth.run();
  cpSync(join(folder, 'dist'), manifests, { recursive: true });
  const names = readdirSync(manifests);
  writeFileSync(join(manifests, 'kustomization.yaml'), stringify({ resources: names }));
  return { synth, helmChart: writeChart(folder, manifests, names), kustomization: manifests };
}

/** Everything is a template here, samples too, so that helm and main.ts have the same objects. */
function writeChart(folder: string, manifests: string, names: readonly string[]): string {
  const files = names.map((name) => [name.replace('-samples', ''), readFileSync(join(manifests, name), 'utf8')]);
  const about = { name: 'chart', version: '1.0.0', description: 'what main.ts writes' };
  for (const [path, content] of Object.entries(helmChart(Object.fromEntries(files), about))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return join(folder, 'chart');
}
