// The app that `cdk8s synth` runs. Bundling main.ts takes a tenth of the time that loading its sources one by one does.
import { createRequire } from 'node:module';
import { buildSync } from 'esbuild';
import { bundleOperator } from './bundle.mjs';

// NacosOperator puts it into a ConfigMap.
bundleOperator();
buildSync({
  entryPoints: ['main.ts'],
  outfile: 'build/main.js',
  bundle: true,
  platform: 'node',
  conditions: ['cdk8s-source'],
  external: ['cdk8s', 'cdk8s-plus-28', 'constructs'],
  logLevel: 'warning',
});
createRequire(import.meta.url)('../build/main.js');
