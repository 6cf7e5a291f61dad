import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** Makes `directory` a project that has installed the package as npm would publish it, beside everything that this repository has. */
export function installPackage(directory: string): void {
  const modules = join(directory, 'node_modules');
  const installed = join(modules, 'cdk8s-reconciler');
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, 'reconciler/package.json'), join(installed, 'package.json'));
  const tsc = join(root, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', join(root, 'reconciler/tsconfig.build.json'), '--outDir', join(installed, 'build')]);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 'cdk8s-reconciler') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
}
