// Packs what is in dist/ as a helm chart, build/<name>-<version>.tgz. Needs no helm; the same dist/ gives the same bytes.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { archive } from './archive.js';
import { type ChartOptions, helmChart } from './helm-chart.js';

async function main(): Promise<void> {
  if (!existsSync('dist')) throw new Error('there is no dist/ to pack; run npm run synth first');
  const text = (path: string) => readFileSync(path, 'utf8');
  const about = JSON.parse(text('package.json')) as ChartOptions;
  const names = readdirSync('dist').filter((name) => name.endsWith('.yaml'));
  const files = {
    ...helmChart(Object.fromEntries(names.map((name) => [name, text(`dist/${name}`)])), about),
    [`${about.name}/README.md`]: text('docs/helm.md'),
    [`${about.name}/LICENSE`]: text('LICENSE'),
  };
  const file = `build/${about.name}-${about.version}.tgz`;
  mkdirSync('build', { recursive: true });
  writeFileSync(file, await archive(files));
  process.stdout.write(`${file}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`package: ${error.message}\n`);
  process.exitCode = 1;
});
