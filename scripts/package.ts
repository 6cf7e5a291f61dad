// Packs what synth wrote as a helm chart, build/<name>-<version>.tgz. Needs no helm; the same manifests give the same
// bytes.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archive } from './archive.js';
import { type ChartOptions, helmChart } from './helm-chart.js';

/** @param folder with all that synth wrote */
async function main(folder = 'dist'): Promise<void> {
  const text = (path: string) => readFileSync(path, 'utf8');
  const about = JSON.parse(text('package.json')) as ChartOptions;
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const manifests = Object.fromEntries(names.map((name) => [name, text(join(folder, name))]));
  if (!/^kind: Deployment$/m.test(Object.values(manifests).join('\n')))
    throw new Error(`${folder}/ is without the operator's Deployment; run npm run synth first`);
  const files = {
    ...helmChart(manifests, about),
    [`${about.name}/README.md`]: text('docs/helm.md'),
    [`${about.name}/LICENSE`]: text('LICENSE'),
  };
  const file = `build/${about.name}-${about.version}.tgz`;
  mkdirSync('build', { recursive: true });
  writeFileSync(file, await archive(files));
  process.stdout.write(`${file}\n`);
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`package: ${error.message}\n`);
  process.exitCode = 1;
});
