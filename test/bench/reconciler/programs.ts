import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle } from '../../../reconciler/src/synth/bundle.js';
import { nodeOptions } from '../../../reconciler/src/synth/deployment.js';
import type { Program } from './process.js';

const repository = join(__dirname, '../../..');
const build = join(repository, 'build/bench');

export interface Operators {
  /** `examples/webserver` as a pod would run it. */
  readonly ours: Program;
  readonly createOrUpdate: Program;
  readonly serverSideApply: Program;
  /** Of our bundle, in KiB, by gzip. */
  readonly bundleSize: number;
}

/** @param node the Node that runs ours; pods have 24 */
export function buildOperators(node: string): Operators {
  mkdirSync(build, { recursive: true });
  const source = bundle(join(repository, 'examples/webserver/operator.ts'));
  const file = join(build, 'webserver.cjs');
  writeFileSync(file, source);
  const go = join(build, 'webserver-go');
  // Stripped, as images have it.
  execFileSync('go', ['build', '-ldflags=-s -w', '-o', go, '.'], {
    cwd: join(__dirname, '../controller-runtime'),
    stdio: 'inherit',
  });
  return {
    ours: {
      name: 'cdk8s-reconciler',
      command: node,
      args: [file],
      env: { PORT: '18080', LOG_LEVEL: 'warn', NODE_OPTIONS: nodeOptions },
      port: 18080,
    },
    createOrUpdate: controllerRuntime(go, 'create-or-update', 18081),
    serverSideApply: controllerRuntime(go, 'server-side-apply', 18083),
    bundleSize: gzipSync(source, { level: 9 }).length / 1024,
  };
}

function controllerRuntime(command: string, variant: string, port: number): Program {
  const args = [`--variant=${variant}`, `--probes=127.0.0.1:${port}`, `--metrics=127.0.0.1:${port + 1}`];
  return { name: `controller-runtime-${variant}`, command, args, port };
}
